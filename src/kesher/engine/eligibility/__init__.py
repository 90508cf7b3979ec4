"""Eligibility rules: is somebody eligible, yes, no or unknown, and why."""
