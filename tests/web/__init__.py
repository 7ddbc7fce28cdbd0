"""The device inside a browser's Python."""
