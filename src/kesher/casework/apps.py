from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "kesher.casework"
    label = "casework"
