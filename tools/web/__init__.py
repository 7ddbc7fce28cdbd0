"""Builds the app for a browser: its parts from the registries, then one folder that the sync server serves."""
