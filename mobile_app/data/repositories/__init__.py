"""The doors to each kind of record, for the screens and for the sync engine."""
