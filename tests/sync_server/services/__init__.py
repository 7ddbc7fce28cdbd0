"""Tests of the server's services."""
