"""Builds the demo town."""
