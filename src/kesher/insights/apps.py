from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "kesher.insights"
    label = "insights"
