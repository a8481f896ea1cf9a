"""How an open job stands on the web: its address, its facts in words, and schema.org JobPosting.

The address is readable words and a stable end, twelve letters of the public id: the title may
change, and an old address still leads there.
"""

import json
import re
from datetime import datetime, time, timedelta, timezone
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts import languages
from accounts.models import Organisation
from applications import markup
from applications.models import Job
from candidates.places import country_name

ID_LETTERS: Final = 12
KEY: Final = rf"(?:[a-z0-9-]{{1,80}}-)?[0-9a-f]{{{ID_LETTERS}}}"
WORDS: Final = 60  # letters of the title in an address
SUMMARY: Final = 160
_END_OF_DAY = timezone(timedelta(hours=-12))  # where a day ends last
_EMPLOYMENT = {
    Job.Employment.FULL_TIME: "FULL_TIME",
    Job.Employment.PART_TIME: "PART_TIME",
    Job.Employment.FIXED_TERM: "TEMPORARY",
    Job.Employment.CONTRACT: "CONTRACTOR",
    Job.Employment.INTERNSHIP: "INTERN",
}
# As `json_script` of Django: nothing can close the element or open another one.
_FOR_SCRIPT = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


class KeyConverter:
    """The part of an address that names a job: "cable-technician-0f3c9a7d21be"."""

    regex = KEY

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def key_of(job: Job) -> str:
    """Return how a job is named in addresses. A title without Latin letters gives no words."""
    words = slugify(job.title)[:WORDS].strip("-")
    end = job.public_id.hex[:ID_LETTERS]
    return f"{words}-{end}" if words else end


def path_of(job: Job) -> str:
    return reverse("applications:posting", args=[key_of(job)])


def url_of(job: Job) -> str:
    return f"{settings.BASE_URL}{path_of(job)}"


def range_of_key(key: str) -> tuple[UUID, UUID]:
    """Return the first and the last public id that end of an address may stand for."""
    start, rest = key[-ID_LETTERS:], 32 - ID_LETTERS
    return UUID(start + "0" * rest), UUID(start + "f" * rest)


def where_of(job: Job) -> str:
    """Return where the work is done, in words: "Hybrid, Bristol or Cardiff"."""
    cities = list(dict.fromkeys(office.city for office in job.offices.all()))
    mode = gettext(job.get_work_mode_display())
    return languages.comma().join(filter(None, [mode, languages.one_of(cities)]))


def summary_of(job: Job) -> str:
    """Return one or two sentences for search engines and previews."""
    text = markup.to_text(job.description)
    text = text or ". ".join(filter(None, [job.title, where_of(job), job.pay_text]))
    if len(text) <= SUMMARY:
        return text
    return re.sub(r"\s+\S*$", "", text[: SUMMARY - 1]).rstrip(",.;:") + "…"


def posting_of(job: Job, organisation: Organisation) -> dict[str, Any]:
    """Return the job as a schema.org JobPosting. Facts that nobody named are left out."""
    offices = list(job.offices.all())
    facts: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": job.title,
        "description": str(markup.to_html(job.description or job.title)),
        "identifier": {
            "@type": "PropertyValue",
            "name": organisation.name,
            "value": job.requisition or str(job.public_id),
        },
        "hiringOrganization": {
            "@type": "Organization",
            "name": organisation.name,
            "sameAs": settings.BASE_URL,
        },
        "datePosted": job.opened_at.date().isoformat() if job.opened_at else None,
        "validThrough": _end_of(job),
        "employmentType": _EMPLOYMENT[Job.Employment(job.employment)],
        "occupationalCategory": job.family or None,
        "url": url_of(job),
        "directApply": True,
        "baseSalary": _salary(job),
    }
    if job.work_mode == "remote":
        countries = dict.fromkeys(office.country for office in offices) or [organisation.country]
        facts["jobLocationType"] = "TELECOMMUTE"
        facts["applicantLocationRequirements"] = [
            {"@type": "Country", "name": country_name(country)} for country in countries
        ]
    elif offices:
        facts["jobLocation"] = [_place(o.city, o.region, o.country) for o in offices]
    else:
        facts["jobLocation"] = [_place("", "", organisation.country)]
    return {name: value for name, value in facts.items() if value is not None}


def script_of(posting: dict[str, Any]) -> SafeString:
    """Return the data as an element that no browser runs, so that no policy has to allow it."""
    data = json.dumps(posting, ensure_ascii=False).translate(_FOR_SCRIPT)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(data),  # noqa: S308  (no "<", ">" or "&" is left)
    )


def _end_of(job: Job) -> str | None:
    if job.apply_by is None:
        return None
    return datetime.combine(job.apply_by, time(23, 59, 59), tzinfo=_END_OF_DAY).isoformat()


def _place(city: str, region: str, country: str) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "addressLocality": city,
        "addressRegion": region,
        "addressCountry": country,
    }
    return {"@type": "Place", "address": {name: value for name, value in address.items() if value}}


def _salary(job: Job) -> dict[str, Any] | None:
    if job.salary_from is None and job.salary_to is None:
        return None
    value: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": "YEAR"}
    ends = {"minValue": job.salary_from, "maxValue": job.salary_to}
    value |= {name: end / 100 for name, end in ends.items() if end is not None}
    return {"@type": "MonetaryAmount", "currency": job.salary_currency, "value": value}
