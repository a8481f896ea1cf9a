"""The gate for the questions of a job's form."""

from typing import Any

from django import forms

from applications.models import Question


class LinesField(forms.CharField):
    """Several short texts, one a line, each once."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        lines = (" ".join(line.split()) for line in str(super().clean(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class QuestionForm(forms.Form):
    """One question. A mark only tells colleagues; software rejects nobody."""

    text = forms.CharField(label="Question", max_length=300)
    help = forms.CharField(label="Help below it", max_length=300, required=False)
    kind = forms.ChoiceField(label="Answered by", choices=Question.Kind.choices, initial="short")
    choices = LinesField(
        label="Answers to choose from",
        required=False,
        max_length=4000,
        help_text="One a line. Only where one of several is chosen.",
    )
    is_required = forms.BooleanField(label="It must be answered", required=False)
    marked_answers = LinesField(
        label="Answers that are marked",
        required=False,
        max_length=4000,
        help_text="One a line, such as No. Colleagues see the mark; it rejects nobody.",
    )
    mark = forms.CharField(
        label="What colleagues read beside them",
        max_length=60,
        required=False,
        help_text="Such as: No work permit yet.",
    )
    reason = forms.CharField(
        label="Why it may ask what somebody earned before",
        max_length=300,
        required=False,
        help_text="Needed only if it does. It enters the audit trail.",
    )

    @classmethod
    def values_of(cls, question: Question) -> dict[str, Any]:
        return {name: getattr(question, name) for name in cls.base_fields}
