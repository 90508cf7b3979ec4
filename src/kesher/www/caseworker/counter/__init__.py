"""At the counter and on the telephone: the same questions as at the front door, with somebody, in two languages."""
