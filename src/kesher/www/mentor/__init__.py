"""The mentor's room: my matches, my offer; and what all pages about a mentoring have in common."""
