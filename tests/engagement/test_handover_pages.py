"""The pages on which colleagues settle who writes to somebody."""

import pytest
from django.urls import reverse

from candidates.models import Stop
from engagement.actions import lifecycle
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, HandoverFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def test_from_why_not_to_the_message(staff_client, signed_in, recruiter):
    mina, ana = UserFactory(name="Mina Aldaco"), CandidateFactory(name="Ana Reyes")
    Stop.objects.create(candidate=ana, reason="called", by=mina)
    campaign = CampaignFactory(with_step=True, people=[ana, CandidateFactory()])
    lifecycle.approve(campaign, by=recruiter)
    ask = reverse("engagement:campaign_handover", args=[campaign.public_id, ana.public_id])
    why = [
        reverse("engagement:campaign_people", args=[campaign.public_id]),
        reverse("engagement:candidate_panel", args=[ana.public_id]),
    ]

    offered = [f'href="{ask}"' in staff_client.get(page).content.decode() for page in why]
    shown = staff_client.get(ask).content.decode()
    empty = staff_client.post(ask, {"reason": "", "do": "ask"})
    staff_client.post(ask, {"reason": "We met at the fair", "do": "ask"})
    handover = campaign.handovers.get()
    waits = staff_client.get(ask).content.decode()
    answer = reverse("engagement:handover", args=[handover.public_id])
    theirs = signed_in(mina)
    today = theirs.get(reverse("today")).content.decode()
    question = theirs.get(answer).content.decode()
    theirs.post(answer, {"do": "agree", "words": "Of course"})

    assert offered == [True, True]
    assert ("Ask Mina Aldaco" in shown, empty.status_code) == (True, 422)
    assert ("Ask Mina Aldaco" in waits, "Waits for" in waits) == (False, True)
    assert f'href="{answer}"' in today
    assert "We met at the fair" in question
    assert campaign.messages.filter(candidate=ana).count() == 1
    assert "Of course" in staff_client.get(answer).content.decode()


def test_a_draft_is_given_a_slower_pace_and_never_a_faster_one(staff_client, recruiter):
    draft = CampaignFactory(with_step=True, by=recruiter, people=[CandidateFactory()])
    page = reverse("engagement:campaign_sender", args=[draft.public_id])
    given = {"sender": recruiter.public_id, "seen": recruiter.public_id}

    fast = staff_client.post(page, given | {"cap_days": 6, "cap_quarter": 4})
    slow = staff_client.post(page, given | {"cap_days": 30, "cap_quarter": 1})

    draft.refresh_from_db()
    assert (fast.status_code, slow.status_code) == (422, 302)
    assert (draft.cap_days, draft.cap_quarter) == (30, 1)


def test_only_who_asks_and_who_is_asked_see_the_question(staff_client, signed_in):
    handover = HandoverFactory()
    page = reverse("engagement:handover", args=[handover.public_id])

    stranger = staff_client.get(page).status_code
    asker = signed_in(handover.asked_by).get(page).content.decode()
    refused = signed_in(handover.asked_by).post(page, {"do": "agree"})

    assert stranger == 404
    assert "Yes, it may write" not in asker
    assert (refused.status_code, "Somebody else was asked." in refused.content.decode()) == (
        422,
        True,
    )
