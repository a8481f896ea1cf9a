"""What can be done to many people at once. A kind is one thing: its form, its preview, its work.

Kinds are registered when Django starts, by each floor for what it knows. The people are frozen when
somebody chooses them (`candidates.actions.work.freeze`); a preview counts what would become of
exactly these, and the work does it to exactly these.
"""

from candidates.bulk.kinds import BulkKind, Effect, kind_called, kinds_for, persons, register

__all__ = ["BulkKind", "Effect", "kind_called", "kinds_for", "persons", "register"]
