from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"

    def ready(self) -> None:
        from applications.fit import register_bars
        from candidates.erasing import register_obstacle
        from candidates.person_data import register
        from engagement import (
            known_people,
            person_data,
            receivers,  # noqa: F401  # connects them
            residue,
        )

        register(person_data.OWN)
        register_obstacle(residue.on_its_way)
        register_bars(known_people.BARS)
