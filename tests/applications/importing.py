"""The lines of a file, the run of their import, and the database for a worker that dies at it."""

import io

from django.db import connection

from applications import imports
from applications.actions import imports as actions
from candidates.models import Import

HEADER = (
    "Name;Email;Skills;City;Consent date;Consent wording;Consent source;"
    "Applied for;Stage;Outcome;Applied on"
)
ANN = (
    "Ann Lee;ann@x.example;HV isolation, BOSIET;Bath;;;;Jointer;interview;rejected: pay;2025-03-04"
)
BO = "Bo Ek;bo@x.example, bo2@x.example;;;2026-03-01;Keep me;careers form;;;;"


def run_of(*lines: str, by, header: str = HEADER, upto: str = "done") -> Import:
    content = "\n".join([header, *lines]).encode()
    run = actions.upload(io.BytesIO(content), "people.csv", by=by)
    if upto == "uploaded":
        return run
    actions.map_columns(run, run.mapping, by=by)
    imports.work_on(run.pk)
    if upto == "done":
        run.refresh_from_db()
        actions.commit(run, by=by)
        imports.work_on(run.pk)
    run.refresh_from_db()
    return run


def database_url() -> str:
    values = connection.settings_dict
    secret = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return (
        f"postgresql://{values['USER']}{secret}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    )
