"""Import people and their past applications from a CSV file, on the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role, User
from applications import imports
from applications.actions import imports as actions
from applications.import_preview import preview as preview_of
from candidates.imports.columns import FIELDS
from candidates.imports.reading import open_path
from candidates.models import Import


class Command(BaseCommand):
    help = "Import people from a CSV file. Never sends anything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", help="Email of the recruiter in whose name it happens.")
        parser.add_argument(
            "--mapping",
            nargs="*",
            default=[],
            metavar="HEADER=FIELD",
            help=f"What a column means, where the guess is wrong. Fields: {', '.join(FIELDS)}.",
        )
        parser.add_argument("--wording", default="", help="The words people agreed to.")
        parser.add_argument("--month-first", action="store_true", help="03/04 is the 4th of March.")
        parser.add_argument("--dry-run", action="store_true", help="Check only.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._upload(options)
            imports.work_on(run.pk)
            preview = preview_of(run)
            for row in preview["first_refused"]:
                self.stderr.write(f"line {row.number}: {' '.join(row.errors)}")
            self.stdout.write(
                f"{preview['new']} new, {preview['known']} known, {preview['refused']} refused"
            )
            if options["dry_run"]:
                actions.discard(run, by=run.by)
                return
            actions.commit(run, by=run.by)
            imports.work_on(run.pk)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        run.refresh_from_db()
        if run.state != Import.State.DONE:
            raise CommandError(run.problem)
        self.stdout.write(
            f"{run.people_created} created, {run.people_joined} joined,"
            f" {run.rows_unchanged} unchanged, {run.rows_refused} refused"
        )

    def _upload(self, options: dict[str, Any]) -> Import:
        path: Path = options["file"]
        by = _recruiter(options["by"])
        with open_path(path) as file:
            run = actions.upload(file, path.name, by=by)
        mapping = dict(run.mapping)
        for pair in options["mapping"]:
            header, _, field = pair.partition("=")
            if header not in run.columns:
                raise CommandError(f"There is no column “{header}”.")
            if field and field not in FIELDS:
                raise CommandError(f"“{field}” is not a field. Fields: {', '.join(FIELDS)}.")
            mapping[str(run.columns.index(header))] = field
        return actions.map_columns(
            run,
            mapping,
            by=by,
            day_first=not options["month_first"],
            consent_wording=options["wording"],
        )


def _recruiter(email: str | None) -> User:
    """Return the named recruiter, or the only one there is."""
    recruiters = User.objects.active().with_role(Role.RECRUITER)
    if email:
        recruiters = recruiters.filter(email=email.strip().lower())
    found = list(recruiters[:2])
    if len(found) != 1:
        raise CommandError("Say in whose name with --by EMAIL: a recruiter who may sign in.")
    user: User = found[0]
    return user
