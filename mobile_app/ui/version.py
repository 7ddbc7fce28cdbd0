"""The app's version. A packaged app has no package metadata to ask; a test holds it to ``pyproject.toml``."""

VERSION = "0.1.0"
