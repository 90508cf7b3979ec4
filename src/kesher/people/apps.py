from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "kesher.people"
    label = "people"
