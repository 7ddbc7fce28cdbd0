"""The store: writes, answers, the feed, and what survives."""
