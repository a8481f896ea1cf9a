"""What an answer leaves behind, and what is refused."""

import pytest
from django.core.exceptions import ValidationError

from candidates.models import Candidate


def refused(code, action, *args):
    with pytest.raises(ValidationError) as refusal:
        action(*args)
    assert refusal.value.code == code


def may_be_written_to(candidate: Candidate) -> bool:
    return Candidate.objects.filter(pk=candidate.pk).contactable().exists()
