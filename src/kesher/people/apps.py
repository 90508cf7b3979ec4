from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kesher.people"
    label = "people"

    def ready(self) -> None:
        for name in ("silence", "erasing", "erased", "discretion"):  # what runs by the clock, and who is told
            import_module(f"kesher.people.{name}")
