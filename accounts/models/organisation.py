from typing import Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Organisation(models.Model):
    """The employer in whose name Perennial writes. One row.

    An email to a candidate must name the legal entity and a postal address, so nothing is sent
    while `is_ready_to_write` is false.
    """

    name = models.CharField(max_length=200, help_text="As candidates know you.")
    legal_name = models.CharField(max_length=200, blank=True)
    postal_address = models.CharField(max_length=300, blank=True)
    privacy_email = models.EmailField(blank=True, help_text="Who answers questions about data.")
    privacy_url = models.URLField(
        "address of your privacy notice",
        blank=True,
        help_text="Linked from the page about it on the careers site.",
    )
    shows_record = models.BooleanField(
        "our record on the careers site",
        default=False,
        db_default=False,
        help_text="Says there how soon people are answered and how many never are, as it is.",
    )
    shows_response = models.BooleanField(
        "how soon we answer, on people’s own page",
        default=False,
        db_default=False,
        help_text="Says to whoever looks at their application how soon people were answered in the"
        " newest full quarter, as it is.",
    )
    first_answer_days = models.PositiveSmallIntegerField(
        "days until a first answer, as you promise it",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text="Stands beside those figures. Empty: nothing is promised.",
    )
    mail_domain = models.CharField(
        max_length=253, blank=True, help_text="Letters and job emails come from this domain."
    )
    letters_from = models.EmailField(blank=True, help_text="Sender of letters.")
    job_emails_from = models.EmailField(blank=True, help_text="Sender of job emails.")
    time_zone = models.CharField(max_length=64, default="Europe/London")
    country = models.CharField(max_length=2, default="GB")
    language = models.CharField(max_length=10, default="en")
    two_people_approve = models.BooleanField(
        "two people for each campaign",
        default=False,
        db_default=False,
        help_text="Whoever wrote a part of a campaign may not approve it.",
    )
    demands_ready_domain = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Job emails leave only while the DNS of the sending domain is in order.",
    )
    asks_how_it_was = models.BooleanField(
        "ask people how it was to apply",
        default=False,
        db_default=False,
        help_text="Three days after a decision letter has left, at most once in six months:"
        " four questions by email. Colleagues read totals only.",
    )
    campaign_emails_per_day = models.PositiveSmallIntegerField(
        "emails of one campaign in a day, at most",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="What is over waits for the next day. A campaign can be set to fewer. Empty: as"
        " many as its sender's name may carry.",
    )
    answer_after_interview_days = models.PositiveSmallIntegerField(
        "days until an answer after an interview",
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="Whoever was interviewed hears within so many days whether there is a decision."
        " 0: only what a law says counts.",
    )
    escalation_days = models.PositiveSmallIntegerField(
        "working days until a late answer comes up",
        default=2,
        db_default=2,
        validators=[MaxValueValidator(60)],
        help_text="Who is late is first the recruiters’ of the hiring team, and after so many"
        " working days also the owner’s of the job. 0: the day after.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Self:
        """Return the one row, unsaved with a plain name before set-up."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="Your organisation")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def missing_to_write(self) -> list[str]:
        """Labels of what must be filled in before any email may leave."""
        needed = {
            "legal name": self.legal_name,
            "postal address": self.postal_address,
            "sending domain": self.mail_domain,
            "sender of letters": self.letters_from,
            "sender of job emails": self.job_emails_from,
        }
        return [label for label, value in needed.items() if not value]

    @property
    def is_ready_to_write(self) -> bool:
        return not self.missing_to_write
