"""Walking through works and through what became of each person, page by page from a place on."""

from typing import Any

from django import forms

from accounts.models import User
from candidates.models import Candidate, Work, WorkItem
from candidates.models.work import WorkQuerySet

PAGE = 50
Row = tuple[WorkItem, Candidate | None]
_PLACE = r"^\d{1,18}$"


class WorksForm(forms.Form):
    """From where on works are listed."""

    before = forms.RegexField(_PLACE, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.cleaned_data.get("before") if self.is_valid() else ""
        self.start = int(text) if text else None

    def page_of(self, works: WorkQuerySet) -> tuple[list[Work], str]:
        """Return fifty works, newest first, and the query of the next page or nothing."""
        works = works.order_by("-pk")
        if self.start is not None:
            works = works.filter(pk__lt=self.start)
        found = list(works[: PAGE + 1])
        more = len(found) > PAGE
        return found[:PAGE], f"?before={found[PAGE - 1].pk}" if more else ""


class ResultsForm(forms.Form):
    """Which results of a work are listed, and from where on."""

    result = forms.ChoiceField(
        required=False,
        choices=[
            ("", "All"),
            *WorkItem.Result.choices,
            ("waiting", "Not done"),
            ("kept", "Not undone"),
        ],
    )
    after = forms.RegexField(_PLACE, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()
        self.chosen = self.cleaned_data.get("result", "")
        text = self.cleaned_data.get("after", "")
        self.start = int(text) if text else None

    def page_of(self, work: Work, user: User) -> tuple[list[Row], str]:
        """Return fifty results in their frozen order, and the query of the next page or nothing.

        Somebody whom the colleague may not see, or who is no longer here, is a row without a name.
        """
        items = work.items.order_by("pk")
        if self.chosen == "kept":
            items = items.filter(undo=WorkItem.Undo.KEPT)
        elif self.chosen:
            items = items.filter(result="" if self.chosen == "waiting" else self.chosen)
        if self.start is not None:
            items = items.filter(pk__gt=self.start)
        found = list(items[: PAGE + 1])
        page = found[:PAGE]
        people = Candidate.objects.visible_to(user).in_bulk([item.candidate_id for item in page])
        rows = [(item, people.get(item.candidate_id)) for item in page]
        if len(found) <= PAGE:
            return rows, ""
        chosen = f"result={self.chosen}&" if self.chosen else ""
        return rows, f"?{chosen}after={page[-1].pk}"

    def tabs(self, work: Work) -> list[dict[str, Any]]:
        """Return the results there are, each with its number. No query: the work counted them."""
        counts = [
            ("", "All", work.total),
            ("ok", "Done", work.ok),
            ("skipped", "Left as they were", work.skipped),
            ("failed", "Failed", work.failed),
            ("waiting", "Not done", work.total - work.ok - work.skipped - work.failed),
            ("kept", "Not undone", work.kept),
        ]
        return [
            {
                "label": label,
                "href": f"?result={value}" if value else "?",
                "current": value == self.chosen,
                "count": f"{count:,}",
            }
            for value, label, count in counts
            if count or not value
        ]
