from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        from applications import person_data
        from applications.holds import open_application
        from candidates.contact import register_hold
        from candidates.person_data import register

        register_hold(open_application)
        register(person_data.OWN)
