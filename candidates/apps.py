from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured


class CandidatesConfig(AppConfig):
    name = "candidates"

    def ready(self) -> None:
        from candidates import bulk, facets, keeping, pairs, person_data, policies, work
        from candidates.access_work import CopyOfData
        from candidates.bulk.export import Export
        from candidates.bulk.owner import ChangeOwner
        from candidates.bulk.pools import AddToPool, TakeFromPool
        from candidates.bulk.suppress import Suppress
        from candidates.bulk.tags import GiveTag, TakeTag
        from candidates.contact import register_hold
        from candidates.erasing import register_obstacle

        bulk.register(
            [
                AddToPool(),
                TakeFromPool(),
                GiveTag(),
                TakeTag(),
                ChangeOwner(),
                Export(),
                Suppress(),
            ]
        )
        person_data.register(person_data.OWN)
        facets.register_own()
        facets.register_place()
        register_hold(pairs.surely_twice)
        register_obstacle(keeping.legal_hold)
        register_obstacle(keeping.minimum)
        if policies.default_code() not in policies.BY_CODE:
            known = ", ".join(policies.BY_CODE)
            raise ImproperlyConfigured(f"RETENTION_DEFAULT is not one of {known}.")
        work.register(CopyOfData())
