from django import forms


class RubricForm(forms.Form):
    """Four times yes or no. Nothing is chosen beforehand: an answer is given, not left standing."""

    YES_NO = (("yes", "Yes"), ("no", "No"))

    job_related = forms.ChoiceField(
        label="Is it about the job and nothing else?", choices=YES_NO, widget=forms.RadioSelect
    )
    specific = forms.ChoiceField(
        label="Does it name an example?",
        help_text="Something that the person said or did, so that they know what is meant.",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    usable = forms.ChoiceField(
        label="Can the person use it?",
        help_text="It says what would have to change.",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    respectful = forms.ChoiceField(
        label="Is it respectful?",
        help_text="Kind, and not a word about age, family, health, origin or looks.",
        choices=YES_NO,
        widget=forms.RadioSelect,
    )

    @property
    def rubric(self) -> dict[str, bool]:
        return {name: value == "yes" for name, value in self.cleaned_data.items()}
