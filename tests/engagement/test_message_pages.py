"""The pages of single messages and of templates: settled by a person, kept by version."""

import pytest
from django.test import Client

from engagement.models import Template
from tests.engagement.test_campaign_pages import TEXT, at
from tests.factories.engagement import (
    MessageFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]


def test_the_live_part_is_what_htmx_gets(staff_client: Client) -> None:
    message = MessageFactory()

    part = staff_client.get(
        at("campaign_live", message.campaign.public_id), headers={"HX-Request": "true"}
    ).content.decode()

    assert "<html" not in part
    assert 'hx-trigger="every 2s"' in part


@pytest.mark.parametrize(("answer", "state"), [("yes", "handed"), ("no", "due")])
def test_an_uncertain_message_is_settled_by_a_person(
    staff_client: Client, answer: str, state: str
) -> None:
    message = MessageFactory(uncertain=True)
    live = staff_client.get(at("campaign", message.campaign.public_id)).content.decode()
    assert "Nobody knows whether these arrived" in live

    staff_client.post(at("message_settle", message.public_id), {"arrived": answer})

    message.refresh_from_db()
    assert message.state == state


def test_a_message_shows_no_link_of_its_reader(staff_client: Client) -> None:
    from engagement import links

    message = MessageFactory(handed=True)
    message.text = f"Stop: {links.stop_url(message.candidate, message)}\n"
    message.save()

    page = staff_client.get(at("message", message.public_id)).content.decode()

    assert links.stop_url(message.candidate, message)[-30:] not in page
    assert "/u/…" in page


def test_templates_follow_by_version_and_refuse_a_lost_update(staff_client: Client) -> None:
    values = {"name": "Job opens", "subject": "A job", "text": TEXT}
    staff_client.post(at("template_new"), values)
    template = Template.objects.get()
    address = at("template", template.public_id)

    first = staff_client.post(address, {"subject": "B", "text": TEXT, "seen": "1"})
    late = staff_client.post(address, {"subject": "C", "text": TEXT, "seen": "1"})

    assert (first.status_code, late.status_code) == (302, 422)
    assert "A colleague saved version 2 meanwhile." in late.content.decode()
    assert list(template.versions.values_list("subject", flat=True)) == ["B", "A job"]
    staff_client.post(at("template_archive", template.public_id))
    staff_client.post(at("template_archive", template.public_id))
    template.refresh_from_db()
    assert template.archived_at is not None


def test_a_template_with_a_mistake_is_refused_with_its_place(staff_client: Client) -> None:
    values = {"name": "Bad", "subject": "A job", "text": "{{ settings.SECRET_KEY }} {% load x %}"}

    response = staff_client.post(at("template_new"), values)

    assert response.status_code == 422
    assert "Text: Line 1, column 1" in response.content.decode()
    assert Template.objects.count() == 0
