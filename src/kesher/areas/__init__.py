"""Places and their hierarchy."""
