"""How much support: the points card that may add support, never take it away, and the sharing out of scarce places."""
