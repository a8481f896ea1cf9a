"""The last step of a restore: erase again whom the backup brought back (P-18)."""

from typing import Any

from django.core.management.base import BaseCommand

from candidates import replaying


class Command(BaseCommand):
    help = "After restoring a backup: erases again everybody who was erased since it was made."

    def handle(self, *args: Any, **options: Any) -> None:
        result = replaying.replay()
        self.stdout.write(
            f"{result.entries} erasures in the journal, {result.erased} people were back and are"
            f" erased again, {result.remembered} addresses entered the suppression memory again."
        )
