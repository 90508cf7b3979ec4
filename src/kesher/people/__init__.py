"""People: the file of each person who is helped, who may see it and why, and what they have agreed to."""
