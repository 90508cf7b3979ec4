"""Pages of those who oversee the directory: who asks to be let in, and what visitors report."""
