"""What happens on the page of a person: notes, calls, tags, and the filter of the timeline."""

from datetime import datetime
from typing import Any, Self

from django import forms
from django.urls import reverse

from candidates.forms.days import PastDateField, moment_of
from candidates.models import Note, Stop, Tag


class NoteForm(forms.Form):
    """A note. team: of its author, so that the form can say who else will read it."""

    text = forms.CharField(
        label="Note",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "data-shortcut": "n"}),
        help_text="The candidate can read this. Write what matters for the job.",
    )
    visibility = forms.ChoiceField(
        label="Who sees it", choices=Note.Visibility.choices, initial=Note.Visibility.TEAM
    )

    def __init__(self, *args: Any, team: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        private = f"Only my team, {team}" if team else "Only me"
        choices = [(Note.Visibility.TEAM, "All recruiters"), (Note.Visibility.PRIVATE, private)]
        self.fields["text"].widget.attrs |= {
            "hx-post": reverse("candidates:note_hints"),
            "hx-trigger": "input changed delay:600ms",
            "hx-target": "next .note-hints",
            "hx-swap": "outerHTML",
        }
        self.fields["visibility"] = forms.ChoiceField(
            label="Who sees it",
            choices=choices,
            initial=Note.Visibility.TEAM,
            help_text="Privacy officers see every note.",
        )


class NoteChangeForm(NoteForm):
    """Change a note. `version` is the one that the form was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, note: Note, *, team: str) -> Self:
        values = {"text": note.text, "visibility": note.visibility, "version": note.version}
        return cls(initial=values, team=team)


class ContactForm(forms.Form):
    """A call or a reply that happened outside Perennial."""

    kind = forms.ChoiceField(
        label="What happened",
        choices=[(Stop.Reason.CALLED, "We spoke"), (Stop.Reason.REPLIED, "They wrote to us")],
    )
    summary = forms.CharField(
        label="In one sentence",
        max_length=500,
        required=False,
        help_text="The candidate can ask to read this.",
    )
    day = PastDateField(label="Day", required=False, help_text="Empty: now.")

    @property
    def at(self) -> datetime | None:
        return moment_of(self.cleaned_data["day"])


class TagForm(forms.Form):
    """The name of a tag: one that is known, whatever its case, or a new one."""

    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": "Type a tag first.",
            "max_length": "A tag is one to sixty letters.",
        },
    )


class TagRenameForm(TagForm):
    """The same, with what it was called when the form was made."""

    was = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)


class PersonTagForm(TagForm):
    """The same, on the page of a person: offers the tags that are known."""

    def __init__(self, *args: Any, take_focus: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Add a tag"
        if take_focus:
            self.fields["name"].widget.attrs["data-take-focus"] = True
        self.fields["name"].widget.attrs |= {
            "id": "id_tag", "list": "known-tags", "autocomplete": "off",
        }  # fmt: skip


class JustDoneForm(forms.Form):
    """What was just done, in the address of the page that follows: there it can be taken back."""

    untagged = forms.UUIDField(required=False)
    finished = forms.UUIDField(required=False)


class TagMergeForm(forms.Form):
    """Into which tag another one goes. Offers every tag but that one."""

    into = forms.ModelChoiceField(
        Tag.objects.none(), to_field_name="public_id", label="Into", empty_label="Choose a tag"
    )

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = Tag.objects.exclude(pk=tag.pk)


class TimelineFilterForm(forms.Form):
    """Which part of the timeline, and from where on."""

    show = forms.ChoiceField(
        required=False,
        choices=[
            ("", "All"),
            ("mail", "Mail"),
            ("note", "Notes"),
            ("consent", "Consent"),
            ("application", "Applications"),
        ],
    )
    before = forms.RegexField(r"^\d{1,18}$", required=False)
