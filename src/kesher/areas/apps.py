from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "kesher.areas"
    label = "areas"
