from django.db import models

from candidates.documents.kinds import NAME_LENGTH
from engagement.models.replies import Reply


class WaitingFile(models.Model):
    """A file of an email of which nobody knows yet who wrote it. It has no page: nobody gets it.

    Its bytes lie in the row, so it comes and goes with the email in one transaction. When a
    colleague says who wrote, it becomes a document of that person
    (`engagement.actions.attachments`).
    """

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="waiting_files", db_index=False)
    place = models.PositiveSmallIntegerField(help_text="Which of `reply.files` it is, from 0.")
    file_name = models.CharField(max_length=NAME_LENGTH)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content = models.BinaryField()

    class Meta:
        ordering = ["reply", "place"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "place"], name="waiting_file_once"),
        ]

    def __str__(self) -> str:
        return f"Waiting file {self.pk}"
