"""How a store of an earlier release becomes one of this: numbered steps forward, the same on both engines.

``python -m tools.migration "what changes"`` writes the next one.
"""
