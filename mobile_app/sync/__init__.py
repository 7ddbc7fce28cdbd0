"""The network's side of the device: rounds, and applying what they bring."""
