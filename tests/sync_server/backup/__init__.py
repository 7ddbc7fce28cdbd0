"""Backups, restores, the ledger."""
