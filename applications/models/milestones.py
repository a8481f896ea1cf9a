from django.db import models


class Milestone(models.IntegerChoices):
    """What a stage means in every job, in order."""

    APPLIED = 1, "Applied"
    SCREENED = 2, "Screened"
    INTERVIEWED = 3, "Interviewed"
    FINAL = 4, "Final round"
    OFFERED = 5, "Offered"
    HIRED = 6, "Hired"
