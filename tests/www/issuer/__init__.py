"""An identity provider for tests: allauth's own, in a process of its own. ``serve.py`` is that process."""
