"""Bring database and files to where the product can start. Safe to run at every start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from candidates.models import Candidate


class Command(BaseCommand):
    """One command, because each start of Django costs seconds."""

    help = "Migrate, collect static files in production, and seed the demo into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and "seed_demo" in get_commands() and not Candidate.objects.exists():
            call_command("seed_demo", size="m")
