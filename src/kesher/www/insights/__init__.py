"""The place in numbers, for everybody: its profile, one figure at a time, and where all figures come from."""
