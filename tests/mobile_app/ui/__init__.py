"""Tests of the screens' foundation."""
