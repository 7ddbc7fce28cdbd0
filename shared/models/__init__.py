"""The tables that both sides share. Each field carries its merge policy; ``registry.KINDS`` is what sync reads of them."""
