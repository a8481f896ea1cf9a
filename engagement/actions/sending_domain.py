"""Looking at what the DNS says of our sending domain, and saying what we know of it."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actions.organisation import change_organisation
from accounts.models import Organisation, User
from engagement import domain_records, page_hosts
from engagement.domain_dns import Asker
from engagement.domain_records import Wanted
from engagement.models import SendingDomain

_ENGINE: Final = "Perennial"


@transaction.atomic
def change_domain(
    *, by: User, selectors: list[str], mechanism: str, demands_ready_domain: bool
) -> SendingDomain:
    """Say by which keys our mail is signed, what SPF is to name, and whether job emails wait.

    Raises ValidationError: the organisation has no sending domain.
    """
    row = _locked(Organisation.current())
    before = [" ".join([*row.selectors, row.mechanism]).strip()]
    row.selectors, row.mechanism = selectors, mechanism
    row.save(update_fields=["selectors", "mechanism"])
    change_organisation(by=by, demands_ready_domain=demands_ready_domain)
    audit.record(
        by, "domain.changed", row, records=[*before, " ".join([*selectors, mechanism]).strip()]
    )
    return row


def check_domain(*, by: User | str = _ENGINE) -> SendingDomain:
    """Ask the DNS, for some seconds at most, and keep what it said with the time.

    A DNS that does not answer says nothing about the domain: it stays as ready as it was.

    Raises ValidationError: the organisation has no sending domain.
    """
    organisation = Organisation.current()
    with transaction.atomic():
        known = _locked(organisation)
    contact = organisation.privacy_email or organisation.letters_from
    wanted = Wanted(known.domain, tuple(known.selectors), known.mechanism, contact)
    asker, now = Asker(), timezone.now()
    findings = domain_records.check(wanted, asker)
    hosts = page_hosts.check(
        urlsplit(settings.BASE_URL).hostname or "",
        known.domain,
        settings.FORMER_HOSTS,
        asker.addresses,
        now.date(),
    )
    with transaction.atomic():
        return _keep(organisation, findings, hosts, now, by)


def check_again() -> bool:
    """Check the domain once more, if anybody looked after it before. Returns whether."""
    known = SendingDomain.objects.filter(domain=Organisation.current().mail_domain)
    if not known.exists():
        return False
    check_domain()
    return True


def holds_job_emails(organisation: Organisation) -> bool:
    """Say whether job emails wait for the domain: the arbiter's rule, for those who plan."""
    ready = SendingDomain.objects.filter(domain=organisation.mail_domain, is_ready=True)
    return organisation.demands_ready_domain and not ready.exists()


def _keep(
    organisation: Organisation,
    findings: list[domain_records.Finding],
    hosts: list[domain_records.Finding],
    now: datetime,
    by: User | str,
) -> SendingDomain:
    """Keep what was found. What is said of hosts holds no mail back."""
    row = _locked(organisation)
    was = row.is_ready
    if not any(finding.level == "unknown" for finding in findings):
        row.is_ready = domain_records.is_ready(findings)
    row.findings = [finding.as_row() for finding in [*findings, *hosts]]
    row.checked_at = now
    row.save(update_fields=["findings", "is_ready", "checked_at"])
    if isinstance(by, User) or row.is_ready != was:
        audit.record(by, "domain.checked", row, is_ready=[str(was), str(row.is_ready)])
    return row


def _locked(organisation: Organisation) -> SendingDomain:
    domain = organisation.mail_domain
    if not domain:
        raise ValidationError("The organisation has no sending domain yet.", code="no_domain")
    SendingDomain.objects.get_or_create(domain=domain)
    return SendingDomain.objects.select_for_update().get(domain=domain)
