"""Bring database and files to where the product can start. Safe to run at every start."""

import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from candidates.models import Candidate
from config.demo.company import COLLEAGUES, DOMAIN, PASSWORD
from config.demo.seed import was_seeded


class Command(BaseCommand):
    """One command, because each start of Django costs seconds."""

    help = "Migrate, collect static files in production, and seed the demo into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts", type=Path, help="Write who may sign in to the demo into this file."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and not Candidate.objects.exists():
            self.stdout.write("          writing the fictional company Larkspur Tidal Works")
            self.stdout.flush()
            call_command("seed_demo", size="m", stdout=io.StringIO())
        if options["accounts"]:
            told = _accounts() if settings.DEMO and was_seeded() else ""
            options["accounts"].write_text(told)


def _accounts() -> str:
    """Return one colleague of each kind, ready to print: the first knows everything."""
    lines = [f"Sign in with the password {PASSWORD} as"]
    known: set[tuple[str, ...]] = set()
    for key, name, roles, *_ in sorted(COLLEAGUES, key=lambda row: -len(row[2])):
        if tuple(roles) in known:
            continue
        known.add(tuple(roles))
        labels = " and ".join(role.label.lower() for role in roles)
        lines.append(f"  {f'{key}@{DOMAIN}':<32} {name}, {labels}")
    return "\n".join(lines)
