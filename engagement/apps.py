from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from candidates.person_data import register
        from engagement import person_data

        register(person_data.OWN)
