"""The rooms of a college: groups and seats, what the town asks for in vain, and what became of those who came."""
