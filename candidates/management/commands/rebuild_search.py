from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from candidates.search import index


class Command(BaseCommand):
    help = "Make the search text of every person what its definition says. Usually none differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Only print who differs; exit with 1 if any does."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            self.stdout.write(f"Mended {index.mend()}.")
            return
        people = index.differing()
        for person in people:
            self.stdout.write(str(person))
        if people:
            raise CommandError(f"{len(people)} differ. Run rebuild_search to mend them.")
        self.stdout.write("0 differ.")
