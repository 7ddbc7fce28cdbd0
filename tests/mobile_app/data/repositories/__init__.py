"""The repositories, over a real store."""
