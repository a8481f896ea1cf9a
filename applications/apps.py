from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        from applications import person_data
        from applications.holds import needed_for_application, open_application
        from candidates.actions.archive import register_need
        from candidates.contact import register_hold
        from candidates.person_data import register

        register_hold(open_application)
        register_need(needed_for_application)
        register(person_data.OWN)
