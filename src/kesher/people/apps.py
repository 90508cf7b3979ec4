from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kesher.people"
    label = "people"

    def ready(self) -> None:
        import_module("kesher.people.silence")  # what runs by the clock
