from importlib import import_module
from typing import Any

from django.apps import AppConfig


class WwwConfig(AppConfig):
    name = "kesher.www"
    label = "www"

    def ready(self) -> None:
        """Who listens to events must be known to every process, the worker above all."""
        import_module("kesher.www.front.texts")
        import_module("kesher.directory.search.meaning").provide(_encoder)


def _encoder() -> Any:
    """The encoder that directory's search reads meaning with, if the one our model was trained for works here."""
    from kesher.adapters.encoders import tuned

    return tuned()
