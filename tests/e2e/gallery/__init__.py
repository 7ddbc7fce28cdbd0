"""A gallery of every component, for eyes and for tests."""
