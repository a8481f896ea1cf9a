from django.db import models


class RateCount(models.Model):
    """How often something was asked for in a stretch of time. `digest` is a keyed hash of whom."""

    digest = models.CharField(max_length=64, primary_key=True)
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at}"
