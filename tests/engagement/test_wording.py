"""The words a campaign starts with."""

import pytest

from engagement import wording
from engagement.rendering import problems


@pytest.mark.parametrize("starter", [wording.STARTER, wording.FOLLOW_UP])
def test_first_words_of_a_message_can_be_sent_as_they_are(starter):
    subject, text = starter

    assert (problems(subject), problems(text), wording.advice(subject, text)) == ([], [], [])
