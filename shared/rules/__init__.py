"""Domain rules that the phone and the server share: pure functions over stored values.

Stored values are plain: money in integer minor units, quantities in integer thousandths, percentages in integer basis points, dates as
ISO text, instants in milliseconds since 1970 UTC. Nothing here reads a clock, a file or the network.
"""
