"""Complaints: the form for everybody, the page behind a link, and the desk of those who answer."""
