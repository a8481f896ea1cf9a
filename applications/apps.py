from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        from applications.holds import open_application
        from candidates.contact import register_hold

        register_hold(open_application)
