"""Fakes of the ports, shared by all tests."""
