from django.apps import AppConfig


class WordsConfig(AppConfig):
    name = "kesher.words"
    label = "words"
