from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation

from applications.record import record
from applications.record_words import parts_of


class Command(BaseCommand):
    help = "Count the public record anew from the database, and print what the careers site says."

    def handle(self, *_: Any, **options: Any) -> None:
        with translation.override("en"):
            found = record(timezone.now())
            if found is None:
                self.stdout.write("Too few people applied in the newest full quarter to say.")
                return
            for part in parts_of(found):
                self.stdout.write(part["name"])
                for row in part["rows"]:
                    said = ", ".join(f"{what}: {figure}" for what, figure in row["said"])
                    self.stdout.write(f"  {row['when']}, {row['cases']} applications: {said}")
