"""Pages of those who oversee the directory: who asks to be let in, what visitors report, what is there twice."""
