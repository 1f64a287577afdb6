from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "synaptiq.dashboard"
    label = "dashboard"
