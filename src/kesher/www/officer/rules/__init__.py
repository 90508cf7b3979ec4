"""Eligibility rules: read, written as tables, tried on examples, published by a second person."""
