from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        from applications import person_data, receivers  # noqa: F401  # connects them
        from applications.bulk import AddToJob
        from applications.bulk_letters import AnswerMany
        from applications.bulk_moves import MoveInPipeline
        from applications.facets import register_facets
        from applications.holds import (
            PROCEDURES,
            needed_for_application,
            open_application,
            stands_in_the_way,
        )
        from candidates import bulk, work
        from candidates.actions.archive import register_need
        from candidates.clocks import register_procedures
        from candidates.contact import register_hold
        from candidates.erasing import register_obstacle
        from candidates.person_data import register

        register_hold(open_application)
        register_need(needed_for_application)
        register_procedures(PROCEDURES)
        register_obstacle(stands_in_the_way)
        register(person_data.OWN)
        bulk.register([AddToJob()])
        work.register(MoveInPipeline())
        work.register(AnswerMany())
        register_facets()
