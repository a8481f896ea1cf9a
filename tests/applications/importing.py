"""The lines of a file, and the run of their import."""

import io

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
