from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "candidates"

    def ready(self) -> None:
        from candidates import bulk, person_data
        from candidates.bulk.export import Export
        from candidates.bulk.owner import ChangeOwner
        from candidates.bulk.suppress import Suppress
        from candidates.bulk.tags import GiveTag, TakeTag

        bulk.register([GiveTag(), TakeTag(), ChangeOwner(), Export(), Suppress()])
        person_data.register(person_data.OWN)
