from django.apps import AppConfig


class WwwConfig(AppConfig):
    name = "kesher.www"
    label = "www"
