from django.db import models


class Clockwork(models.Model):
    """When each tick last ran. Two beats at once are harmless: a conditional UPDATE picks one."""

    name = models.CharField(max_length=40, primary_key=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
