from django.apps import AppConfig


class WidgetConfig(AppConfig):
    name = "synaptiq.widget"
    label = "widget"
