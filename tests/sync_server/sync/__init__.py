"""Tests of push and pull through the real services."""
