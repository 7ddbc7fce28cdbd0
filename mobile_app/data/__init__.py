"""The device's data: the vault, the working set, the outbox and the one door to them."""
