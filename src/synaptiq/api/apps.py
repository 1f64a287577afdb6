from django.apps import AppConfig


class APIConfig(AppConfig):
    name = "synaptiq.api"
    label = "api"
