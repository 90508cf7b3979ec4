"""Date and number formats of languages that Django does not know."""
