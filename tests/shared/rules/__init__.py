"""Tests of the domain rules: mostly properties."""
