from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "kesher.directory"
    label = "directory"
