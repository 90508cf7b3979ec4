"""Finding a service and reading its page."""
