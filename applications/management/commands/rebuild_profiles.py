from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications import profiles


class Command(BaseCommand):
    help = "Make every match profile what its definition says. Usually none differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Only print what differs; exit with 1 if any does."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            self.stdout.write(f"Mended {profiles.mend()}.")
            return
        found = profiles.differing()
        for row in found:
            self.stdout.write(f"{row.kind} {row.id}")
        if found:
            raise CommandError(f"{len(found)} differ. Run rebuild_profiles to mend them.")
        self.stdout.write("0 differ.")
