"""What the DNS says of the sending domain, asked of a real DNS server on loopback."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import AuditEvent, Organisation
from engagement import arbiter, domain_dns, tasks
from engagement.actions.lifecycle import approve
from engagement.actions.sending_domain import change_domain, check_domain
from engagement.models import Message, SendingDomain
from tests.conftest import confirm_password
from tests.dns import SERVFAIL, SILENT, DnsServer, dns_server
from tests.factories.accounts import UserFactory
from tests.factories.applications import LetterFactory
from tests.factories.engagement import CampaignFactory, MessageFactory, SendingDomainFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
DOMAIN = "larkspur-tidal.example"
KEY = base64.b64encode(b"k" * 294).decode()
SHORT = base64.b64encode(b"k" * 162).decode()
SPF = "v=spf1 include:spf.provider.example ~all"
DKIM = f"v=DKIM1; k=rsa; p={KEY}"
DMARC = "v=DMARC1; p=quarantine; rua=mailto:dmarc@larkspur-tidal.example"
KEY_NAME = f"s1._domainkey.{DOMAIN}"


@pytest.fixture
def server(settings) -> Iterator[DnsServer]:
    with dns_server() as server:
        settings.DNS_SERVERS = [server.address]
        server.texts = {
            DOMAIN: ["some-proof=1", SPF],
            "spf.provider.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
            KEY_NAME: [DKIM],
            f"_dmarc.{DOMAIN}": [DMARC],
        }
        yield server


@pytest.fixture
def known(organisation) -> SendingDomain:
    return SendingDomainFactory(
        domain=DOMAIN, selectors=["s1"], mechanism="include:spf.provider.example"
    )


def levels(row: SendingDomain) -> dict[str, str]:
    return {finding["what"]: finding["level"] for finding in row.findings}


def finding(row: SendingDomain, what: str) -> tuple[str, str, str]:
    found = next(one for one in row.findings if one["what"] == what)
    return found["level"], found["said"], found["record"]


def test_a_domain_in_order_is_ready_and_the_time_is_kept(server, known):
    before = timezone.now()

    row = check_domain()

    assert levels(row) == {"SPF": "good", "DKIM": "good", "DMARC": "good"}
    assert row.is_ready
    assert before <= row.checked_at <= timezone.now()
    assert sorted(set(server.asked)) == sorted(server.texts)


@pytest.mark.parametrize(
    ("texts", "level", "said", "record"),
    [
        ([], "bad", "There is no SPF record", "v=spf1 include:spf.provider.example ~all"),
        (
            [SPF, "v=spf1 mx -all"],
            "bad",
            "There are several SPF records",
            "v=spf1 include:spf.provider.example mx ~all",
        ),
        (
            ["v=spf1 include:spf.provider.example +all"],
            "bad",
            "It lets everybody send",
            "v=spf1 include:spf.provider.example ~all",
        ),
        (
            ["v=spf1 mx -all"],
            "bad",
            "It does not name include:spf.provider.example",
            "v=spf1 include:spf.provider.example mx -all",
        ),
        (
            ["v=spf1 include:spf.provider.example"],
            "warn",
            "It does not say what becomes of everybody else",
            "v=spf1 include:spf.provider.example ~all",
        ),
        ([" ".join([SPF.removesuffix(" ~all"), *(f"a:h{n}.example" for n in range(10)), "~all"])],
         "bad", "It needs 11 further questions", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_with_spf_is_said_with_the_record_to_add(
    server, known, texts, level, said, record
):
    server.texts[DOMAIN] = texts

    row = check_domain()

    found = finding(row, "SPF")
    assert (found[0], found[2]) == (level, record)
    assert found[1].startswith(said)
    assert row.is_ready is (level == "warn")


def test_questions_of_included_records_count_as_well(server, known):
    server.texts["spf.provider.example"] = [
        "v=spf1 " + " ".join(f"include:n{n}.example" for n in range(10))
    ]

    assert finding(check_domain(), "SPF")[1].startswith("It needs 11 further questions")


@pytest.mark.parametrize(
    ("texts", "level", "said"),
    [
        (None, "bad", "There is no key under the selector s1."),
        ([DKIM, DKIM.replace("k=rsa", "k=rsa; t=s")], "bad", "There are several keys"),
        (["v=DKIM1; p="], "bad", "The key was withdrawn"),
        (["v=DKIM1; p=abc$"], "bad", "The key is cut or mistyped."),
        (["v=DKIM2; p=abcd"], "bad", "It is no DKIM record"),
        (
            ["v=DKIM1; p=" + base64.b64encode(b"k" * 94).decode()],
            "bad",
            "The key is shorter than 1",
        ),
        ([f"v=DKIM1; p={SHORT}"], "warn", "The key is shorter than 2048 bits."),
        ([f"v=DKIM1; t=y; p={KEY}"], "warn", "The key is marked as a test"),
        (
            ["v=DKIM1; k=ed25519; p=" + base64.b64encode(b"k" * 32).decode()],
            "good",
            "There is a key",
        ),
    ],
)
def test_what_is_wrong_with_the_key_is_said(server, known, texts, level, said):
    server.texts.pop(KEY_NAME)
    if texts:
        server.texts[KEY_NAME] = texts

    found = finding(check_domain(), "DKIM")

    assert found[0] == level
    assert found[1].startswith(said)


def test_a_key_may_stand_behind_another_name(server, known):
    server.aliases[KEY_NAME] = "key.provider.example"
    server.texts["key.provider.example"] = server.texts.pop(KEY_NAME)

    assert finding(check_domain(), "DKIM")[0] == "good"


def test_without_a_selector_nothing_is_ready(server, known):
    SendingDomain.objects.update(selectors=[])

    row = check_domain()

    assert finding(row, "DKIM")[1].startswith("Nobody has said by which selector")
    assert not row.is_ready


@pytest.mark.parametrize(
    ("texts", "level", "said", "record"),
    [
        ({}, "bad", "There is no DMARC record", "v=DMARC1; p=quarantine; rua=mailto:"),
        ({f"_dmarc.{DOMAIN}": [DMARC, DMARC + ";"]}, "bad", "There are several DMARC records", ""),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=maybe"]}, "bad", "It has no policy", "v=DMARC1; p=q"),
        ({f"_dmarc.{DOMAIN}": ["v=DMARC1;p=none"]}, "warn", "It only watches", "v=DMARC1; p=quar"),
        ({"_dmarc.example": ["v=DMARC1; p=reject"]}, "bad", "There is no DMARC record", "v=DMARC1"),
    ],
)
def test_what_is_wrong_with_dmarc_is_said_with_the_record_to_add(
    server, known, texts, level, said, record
):
    del server.texts[f"_dmarc.{DOMAIN}"]
    server.texts |= texts

    found = finding(check_domain(), "DMARC")

    assert found[0] == level
    assert found[1].startswith(said)
    assert found[2].startswith(record)


@pytest.mark.parametrize(("record", "level"), [("p=reject", "good"), ("p=reject; sp=none", "warn")])
def test_the_policy_may_stand_at_the_domain_above(server, known, record, level):
    Organisation.objects.update(mail_domain=f"mail.{DOMAIN}")
    SendingDomain.objects.update(domain=f"mail.{DOMAIN}")
    server.texts[f"_dmarc.{DOMAIN}"] = [f"v=DMARC1; {record}"]

    assert finding(check_domain(), "DMARC")[0] == level


def test_a_dns_that_fails_changes_nothing_about_the_domain(server, known):
    SendingDomain.objects.update(is_ready=True)
    server.texts[KEY_NAME] = SERVFAIL

    row = check_domain()

    assert finding(row, "DKIM")[:2] == ("unknown", "The DNS did not answer. Try again later.")
    assert row.is_ready


def test_nobody_waits_long_for_a_dns_that_is_silent(server, known, monkeypatch):
    monkeypatch.setattr(domain_dns, "SECONDS_A_SERVER", 0.1)
    monkeypatch.setattr(domain_dns, "SECONDS_A_NAME", 0.2)
    server.texts[DOMAIN] = SILENT

    row = check_domain()

    assert set(levels(row).values()) == {"unknown"}
    assert set(server.asked) == {DOMAIN}  # after that nothing else is asked


def test_without_a_domain_there_is_nothing_to_check(organisation):
    Organisation.objects.update(mail_domain="")

    with pytest.raises(ValidationError, match="no sending domain"):
        check_domain()


def demand(*, ready: bool) -> None:
    Organisation.objects.update(demands_ready_domain=True)
    SendingDomain.objects.update(is_ready=ready)


def test_where_it_is_demanded_job_emails_need_a_domain_that_is_ready(known, smtp_server):
    message, late = MessageFactory(), MessageFactory()
    demand(ready=False)
    assert arbiter.decide(message, timezone.now()).reasons == ("domain_not_ready",)

    demand(ready=True)
    assert arbiter.decide(message, timezone.now()).allowed

    demand(ready=False)
    assert tasks.deliver() == 0
    late.refresh_from_db()
    assert (late.state, late.reason) == ("withheld", "domain_not_ready")


def test_another_domain_that_was_ready_is_no_help(known):
    demand(ready=True)
    Organisation.objects.update(mail_domain="other.example")

    assert arbiter.decide(MessageFactory(), timezone.now()).reason == "domain_not_ready"


def test_a_campaign_is_not_let_go_for_a_domain_that_is_not_ready(known):
    campaign = CampaignFactory(with_step=True)
    demand(ready=False)

    with pytest.raises(ValidationError, match="sending domain is not ready") as refusal:
        approve(campaign, by=UserFactory(roles=["recruiter"]))

    assert refusal.value.code == "domain_not_ready"


def test_letters_leave_all_the_same(known, smtp_server):
    demand(ready=False)
    LetterFactory(send_after=timezone.now() - timedelta(minutes=1))

    tasks.carry_letters()

    assert tasks.deliver() == 1
    assert Message.objects.get().state == "handed"


def test_an_admin_checks_and_says_what_is_right(client, server, known):
    admin = UserFactory(roles=["admin"])
    client.force_login(admin)
    confirm_password(client)
    page = reverse("engagement:sending")
    assertContains(client.get(page), "Not checked yet.")

    done = client.post(reverse("engagement:sending_check"))
    assertRedirects(done, f"{page}#records", fetch_redirect_response=False)
    assertContains(client.get(page), "It says who sends for this domain.")
    assert AuditEvent.objects.get(verb="domain.checked").actor == admin.email

    sent = {"selectors": "s2 s2, s3", "mechanism": "ip4:192.0.2.1", "demands_ready_domain": "on"}
    assertRedirects(client.post(page, sent), page)
    known.refresh_from_db()
    assert (known.selectors, known.mechanism) == (["s2", "s3"], "ip4:192.0.2.1")
    assert Organisation.current().demands_ready_domain
    assert AuditEvent.objects.filter(verb="domain.changed").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"selectors": "s1._domainkey.x/"},
        {"selectors": "a b c d e f"},
        {"selectors": "s" * 64},
        {"mechanism": "v=spf1 mx -all"},
        {"mechanism": "mx mx"},
    ],
)
def test_what_is_no_selector_and_no_mechanism_is_refused(client, known, wrong):
    client.force_login(UserFactory(roles=["admin"]))

    refused = client.post(reverse("engagement:sending"), wrong)

    known.refresh_from_db()
    assert refused.status_code == 422
    assert (known.selectors, known.mechanism) == (["s1"], "include:spf.provider.example")


def test_a_change_without_a_domain_is_refused(organisation):
    Organisation.objects.update(mail_domain="")

    with pytest.raises(ValidationError, match="no sending domain"):
        change_domain(by=UserFactory(), selectors=[], mechanism="", demands_ready_domain=True)

    assert not Organisation.current().demands_ready_domain


def test_it_is_checked_every_day_where_somebody_began(server, known):
    assert tasks.check_sending_domain() is True
    SendingDomain.objects.all().delete()
    assert tasks.check_sending_domain() is False
