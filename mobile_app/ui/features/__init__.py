"""The screens, one folder per feature."""
