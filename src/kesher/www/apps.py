from importlib import import_module
from typing import Any

from django.apps import AppConfig


class WwwConfig(AppConfig):
    name = "kesher.www"
    label = "www"

    def ready(self) -> None:
        """Who listens to events must be known to every process, the worker above all."""
        import_module("kesher.www.idle")
        import_module("kesher.www.log_ins")
        import_module("kesher.www.front.texts")
        import_module("kesher.www.referrals.texts")
        import_module("kesher.www.caseworker.people.page_links")
        import_module("kesher.directory.search.meaning").provide(_encoder)
        import_module("kesher.words.own_words").provide(_detector)


def _detector() -> Any:
    """What tells languages apart that share a script, if it is installed here."""
    from kesher.adapters.languages import language_detector

    return language_detector()


def _encoder() -> Any:
    """The encoder that directory's search reads meaning with, if the one our model was trained for works here."""
    from kesher.adapters.encoders import tuned

    return tuned()
