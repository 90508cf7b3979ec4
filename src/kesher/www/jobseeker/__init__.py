"""A person’s own pages: their file, what they agreed to, who looked, who helps; to take along and to erase."""
