from importlib import import_module

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "kesher.insights"
    label = "insights"

    def ready(self) -> None:
        """What runs each month must be known to every process, the worker above all."""
        import_module("kesher.insights.counting")
