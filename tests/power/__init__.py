"""Power cuts: the production vault on a disk that forgets what was not synced."""
