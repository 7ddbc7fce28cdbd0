"""The app that a rep carries: sealed local data, sync rounds, screens."""
