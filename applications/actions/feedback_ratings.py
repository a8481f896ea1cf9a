"""How good our feedback is: a sample that colleagues rate, and what its readers say (M-10)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import MD5, Cast
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from applications.models import FeedbackRating, Letter
from applications.models.feedback_ratings import RUBRIC, may_still_say

SAMPLE = 20


@transaction.atomic
def draw_sample(at: datetime) -> int:
    """Draw the sample of the month before `at`, once. Returns how many letters are in it anew.

    Every letter of feedback that left in the month has the same chance, whoever wrote it: the order
    is that of a hash of its random id, so that two who draw at once draw the same.
    """
    zone = Organisation.current().zone
    this = at.astimezone(zone).date().replace(day=1)
    month = (this - timedelta(days=1)).replace(day=1)
    if FeedbackRating.objects.drawn(month).exists():
        return 0
    sent = Letter.objects.filter(
        kind=Letter.Kind.FEEDBACK, sent_at__gte=_begin(month, zone), sent_at__lt=_begin(this, zone)
    )
    drawn = sent.annotate(lot=MD5(Cast("public_id", CharField()))).order_by("lot")
    for letter in drawn.select_related("application")[:SAMPLE]:
        FeedbackRating.objects.update_or_create(
            letter=letter,
            defaults={"is_sampled": True},
            create_defaults={
                "is_sampled": True, "job_id": letter.application.job_id, "sent_month": month
            },
        )  # fmt: skip
    return FeedbackRating.objects.drawn(month).count()


@transaction.atomic
def rate_feedback(rating: FeedbackRating, *, by: User, **rubric: bool) -> FeedbackRating:
    """Keep what a colleague thinks of a letter that was drawn: four times yes or no.

    Raises ValidationError: somebody rated it already, or they wrote it themselves.
    """
    rating = FeedbackRating.objects.select_for_update(of=("self",)).get(pk=rating.pk)
    if rating.rated_at is not None:
        raise ValidationError("Somebody has rated this letter already.", code="rated")
    if not rating.is_sampled or rating.letter is None:
        raise ValidationError("This letter is not in the sample.", code="not_drawn")
    if rating.letter.by_id == by.pk:
        raise ValidationError("Nobody rates a letter of their own.", code="own")
    for part in RUBRIC:
        setattr(rating, part, rubric[part])
    rating.rated_by, rating.rated_at = by, timezone.now()
    rating.save(update_fields=[*RUBRIC, "rated_by", "rated_at"])
    audit.record(by, "feedback.rated", rating.letter)
    return rating


@transaction.atomic
def say_useful(letter: Letter, useful: int) -> FeedbackRating:
    """Keep how useful the reader of a letter of feedback finds it; they may change it.

    Nothing of it is on the timeline or in the audit trail: nobody reads who said what.

    Raises ValidationError: it is no letter of feedback that left in the last three weeks.
    """
    letter = Letter.objects.locked(letter.pk)
    if not may_still_say(letter, timezone.now()) or letter.sent_at is None:
        raise ValidationError("This question is closed.", code="closed")
    zone = Organisation.current().zone
    month = letter.sent_at.astimezone(zone).date().replace(day=1)
    rating, _ = FeedbackRating.objects.update_or_create(
        letter=letter,
        defaults={"useful": useful},
        create_defaults={
            "useful": useful, "job_id": letter.application.job_id, "sent_month": month
        },
    )  # fmt: skip
    return rating


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
