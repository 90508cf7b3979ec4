from importlib import import_module

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "kesher.directory"
    label = "directory"

    def ready(self) -> None:
        """Those who listen to events or run at night must be known to every process, the worker above all."""
        for module in (
            "search.areas",
            "search.indexing",
            "breaches",
            "call_back_notices",
            "notices",
            "own_decisions",
            "reminders",
            "rule_notices",
            "uploads",
        ):
            import_module(f"kesher.directory.{module}")
