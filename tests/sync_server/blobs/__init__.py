"""Blobs on the server: chunks, hashes, scopes, stores and sweeps."""
