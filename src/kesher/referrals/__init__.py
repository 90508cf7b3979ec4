"""Sending a person to a partner, and following it until it has come back: the closed loop."""
