from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from candidates.erasing import register_obstacle
        from candidates.person_data import register
        from engagement import person_data, receivers, residue  # noqa: F401  # connects them

        register(person_data.OWN)
        register_obstacle(residue.on_its_way)
