from importlib import import_module

from django.apps import AppConfig


class WwwConfig(AppConfig):
    name = "kesher.www"
    label = "www"

    def ready(self) -> None:
        """Who listens to events must be known to every process, the worker above all."""
        import_module("kesher.www.front.texts")
