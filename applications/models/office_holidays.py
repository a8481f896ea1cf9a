from django.db import models

from applications.models.jobs import Office


class OfficeHoliday(models.Model):
    """A public holiday where an office is, as the calendar knew it on that day (A-23).

    What is past stays as it was written, so no report about the past moves with a newer calendar.
    """

    office = models.ForeignKey(Office, models.CASCADE, related_name="holidays", db_index=False)
    day = models.DateField()

    class Meta:
        ordering = ["office", "day"]
        constraints = [
            models.UniqueConstraint(fields=["office", "day"], name="office_holiday_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} at office {self.office_id}"
