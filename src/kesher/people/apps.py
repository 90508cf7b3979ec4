from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kesher.people"
    label = "people"

    def ready(self) -> None:
        for module in ("silence", "attachments"):  # what runs by the clock, or when a row goes
            import_module(f"kesher.people.{module}")
