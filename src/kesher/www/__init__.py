"""Pages for people: one folder per kind of visitor."""
