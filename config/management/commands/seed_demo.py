"""Fill an empty database with Larkspur Tidal Works, a company that does not exist."""

from argparse import ArgumentParser
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from config.demo.company import COLLEAGUES, DOMAIN, PASSWORD
from config.demo.seed import SIZES, seed, was_seeded


class Command(BaseCommand):
    help = "Fill an empty database with a fictional company."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="m")
        parser.add_argument("--seed", type=int, default=4242)
        parser.add_argument(
            "--anchor", default="today", help="The day that counts as today: YYYY-MM-DD, or today."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Demo data are only made where DEMO=1 is set, away from real people."
            )
        if was_seeded():
            self.stdout.write("The demo company is there already.")
            return
        try:
            manifest = seed(
                size=options["size"],
                seed_number=options["seed"],
                anchor=_anchor(options["anchor"]),
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        if options["verbosity"] > 1:
            for table, line in manifest.items():
                self.stdout.write(f"{table} {line}")
        self.stdout.write(f"Sign in with the password {PASSWORD} as one of:")
        for key, name, roles, title, _office in COLLEAGUES:
            labels = ", ".join(role.label for role in roles)
            self.stdout.write(f"  {key}@{DOMAIN:<28} {name} ({title}; {labels})")


def _anchor(text: str) -> datetime:
    """Return the moment that counts as now: 10:00 UTC of the named day, or the present hour."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    if text == "today":
        return now
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # only the day is used
    except ValueError as error:
        raise CommandError("Give the anchor as YYYY-MM-DD, or today.") from error
    return datetime.combine(day, time(10), tzinfo=UTC)
