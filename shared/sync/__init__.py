"""The rules of sync, pure: no I/O, no clock, no randomness. Phone and server run the same code."""
