from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kesher.people"
    label = "people"

    def ready(self) -> None:
        # what runs by the clock, what goes with its row, and who is told
        for name in ("silence", "claiming", "erasing", "erased", "discretion", "attachments", "pace"):
            import_module(f"kesher.people.{name}")
