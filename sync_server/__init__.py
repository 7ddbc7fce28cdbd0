"""The self-hosted server that merges what devices send and serves what each may see."""
