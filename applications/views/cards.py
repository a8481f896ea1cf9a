"""What pages show of scorecards: one's own to write, those of others as far as one may read."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, may
from applications import interviews as thinking
from applications.forms.interviews import ScorecardForm
from applications.models import Application, Interview, Rating, Scorecard
from candidates import hygiene


def card_of(interview: Interview, user: User) -> Scorecard | None:
    mine = Scorecard.objects.filter(interview=interview, author=user)
    return mine.prefetch_related("ratings", "versions").first()


def card_form(interview: Interview, user: User, data: Any = None) -> ScorecardForm:
    """Return the form of a colleague's own scorecard. What it rated before stays in it."""
    card = card_of(interview, user)
    criteria = thinking.criteria_of(interview.application.job)
    if card is not None:
        rated = [one.criterion for one in card.ratings.all() if one.level or one.evidence]
        criteria = list(dict.fromkeys([*criteria, *rated]))
    return ScorecardForm(
        data,
        initial=ScorecardForm.values_of(card, criteria),
        criteria=criteria,
        hints_at=reverse("applications:scorecard_hints", args=[interview.public_id]),
    )


def cards_context(
    user: User, interview: Interview, *, form: ScorecardForm | None = None
) -> dict[str, Any]:
    """Return the scorecards of an interview as this colleague may read them."""
    panel = [seat.user for seat in interview.panel.all()]
    holds = user in panel
    mine = card_of(interview, user)
    visible = Scorecard.objects.visible_to(user).submitted().filter(interview=interview)
    others = visible.exclude(author=user).select_related("author").prefetch_related("ratings")
    given = Scorecard.objects.submitted().filter(interview=interview).exclude(author=user).count()
    shown = list(others)
    may_write = holds and interview.starts_at is not None and not interview.is_ahead
    may_write = may_write and interview.state in {"scheduled", "held"}
    return {
        "mine": mine,
        "form": form or (card_form(interview, user) if may_write else None),
        "criteria": thinking.criteria_of(interview.application.job),
        "others": shown,
        "hidden_cards": given - len(shown),
        "hints": hygiene.hints(_text_of(mine)) if mine else [],
    }


@dataclass(frozen=True)
class Column:
    """What everybody said of one criterion. No sum and no mean: people decide (P-34)."""

    criterion: str
    said: list[tuple[User, Rating]]


def summary_context(user: User, application: Application) -> dict[str, Any]:
    """Return all scorecards of an application, criterion by criterion, as far as one may read."""
    visible = Scorecard.objects.visible_to(user).submitted()
    cards = list(
        visible.filter(interview__application=application)
        .select_related("author", "interview")
        .prefetch_related("ratings")
        .order_by("submitted_at", "pk")
    )
    submitted = Scorecard.objects.submitted().filter(interview__application=application).count()
    said: dict[str, list[tuple[User, Rating]]] = defaultdict(list)
    for card in cards:
        for rating in card.ratings.all():
            if rating.level:
                said[rating.criterion].append((card.author, rating))
    return {
        "cards": cards,
        "columns": [Column(criterion, rows) for criterion, rows in said.items()],
        "hidden_cards": submitted - len(cards),
        "sees_all_cards": may(user, Permission.VIEW_PEOPLE),
    }


def _text_of(card: Scorecard) -> str:
    return "\n\n".join([card.summary, *(rating.evidence for rating in card.ratings.all())])
