"""The public front door: for everybody, without an account."""
