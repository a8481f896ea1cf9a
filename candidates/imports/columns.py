"""What a column of a file may mean, and the guess from its header."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils import timezone

from candidates.models import ColumnMapping

# field → (label on the mapping page, headers that mean it, folded)
FIELDS: dict[str, tuple[str, str]] = {
    "name": ("Full name", "name,full name,candidate,candidate name,applicant,person,nom complet"),
    "given_name": ("Given name", "first name,given name,forename,firstname,prenom,vorname,imie"),
    "family_name": (
        "Family name",
        "last name,family name,surname,lastname,nom,nom de famille,nachname,nazwisko",
    ),
    "call_name": ("What to call them", "call name,preferred name,nickname,known as"),
    "emails": (
        "Email addresses",
        "email,e mail,emails,email address,email addresses,mail,courriel,adres email",
    ),
    "phones": (
        "Phone numbers",
        "phone,phones,phone number,telephone,mobile,mobile phone,cell,tel,telefon,portable",
    ),
    "links": ("Links", "link,links,linkedin,linkedin url,github,website,portfolio,profile url,url"),
    "headline": ("Headline", "headline,summary,tagline"),
    "current_title": ("Current job title", "current title,title,job title,current position,beruf"),
    "current_employer": (
        "Current employer",
        "current employer,employer,company,current company,entreprise,firma",
    ),
    "skills": ("Skills", "skills,skill,competences,key skills,expertise,umiejetnosci,kenntnisse"),
    "seniority": ("Level", "seniority,level,grade,niveau"),
    "years": ("Years of experience", "years,years of experience,experience,yoe"),
    "city": ("Town", "city,town,location,place,ville,stadt,miasto"),
    "region": ("Region", "region,state,county,province,bundesland"),
    "country": ("Country", "country,country code,pays,land,kraj"),
    "time_zone": ("Time zone", "time zone,timezone,tz"),
    "language": ("Preferred language", "language,preferred language,langue,sprache,jezyk"),
    "remote_preference": ("Wants to work", "remote,remote preference,work mode,working mode"),
    "salary_expectation": (
        "Pay expectation, a year",
        "salary expectation,expected salary,pay expectation,desired salary",
    ),
    "salary_currency": ("Currency of the pay", "currency,salary currency"),
    "source": ("How we met them", "source,origin,channel,how did you hear"),
    "consent_on": (
        "Consent: day",
        "consent date,consent day,opt in date,consented at,gdpr consent date,consent on",
    ),
    "consent_wording": (
        "Consent: exact words",
        "consent wording,consent text,consent words,opt in text",
    ),
    "consent_source": (
        "Consent: where it was given",
        "consent source,consent evidence,consent channel,opt in source",
    ),
    "application_job": (
        "Past application: job",
        "applied for,job,position applied for,applied position,vacancy,role,job applied",
    ),
    "application_stage": (
        "Past application: stage reached",
        "stage,stage reached,furthest stage,last stage,pipeline stage",
    ),
    "application_outcome": (
        "Past application: outcome",
        "outcome,status,disposition,result,decision",
    ),
    "application_on": (
        "Past application: day",
        "applied,applied on,applied at,application date,date applied,date",
    ),
}
_MEANS = {header: field for field, (_, headers) in FIELDS.items() for header in headers.split(",")}
_SPLIT = re.compile(r"[^a-z0-9]+")
# Two columns may both fill these: a work and a private address, two links.
MANY = frozenset({"emails", "phones", "links", "skills"})


def fold(header: str) -> str:
    """Return a header as it is compared and remembered: no case, accents or punctuation."""
    text = unicodedata.normalize("NFKD", header).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _SPLIT.sub(" ", text.replace("ł", "l")).strip()


def guess(headers: list[str]) -> dict[str, str]:
    """Return a field for each column position that can be guessed. Remembered meanings win.

    A field is given once, the several-valued ones as often as a header means them.
    """
    folded = [fold(header) for header in headers]
    remembered = dict(
        ColumnMapping.objects.filter(header__in=folded).values_list("header", "field")
    )
    mapping: dict[str, str] = {}
    for position, header in enumerate(folded):
        field = remembered.get(header, _meaning(header))
        if field in FIELDS and (field in MANY or field not in mapping.values()):
            mapping[str(position)] = field
    return mapping


def remember(headers: list[str], mapping: dict[str, str]) -> None:
    """Keep what the columns of this file meant for the next file with such a header."""
    rows = {fold(h): mapping.get(str(i), "") for i, h in enumerate(headers) if fold(h)}
    now = timezone.now()
    ColumnMapping.objects.bulk_create(
        (ColumnMapping(header=header, field=field, used_at=now) for header, field in rows.items()),
        update_conflicts=True,
        unique_fields=["header"],
        update_fields=["field", "used_at"],
    )


def values_of(cells: list[str], mapping: dict[str, str]) -> dict[str, str]:
    """Return the text of each mapped field of one record; several columns of a list are joined."""
    values: dict[str, str] = {}
    for position, field in mapping.items():
        index = int(position)
        text = cells[index].strip() if index < len(cells) else ""
        if field in MANY and values.get(field) and text:
            values[field] += f"\n{text}"
        elif text or field not in values:
            values[field] = text
    return values


def repeated(fields: Iterable[str]) -> list[str]:
    """Return the labels of fields that more than one column claims and only one may."""
    seen = [field for field in fields if field and field not in MANY]
    return sorted({FIELDS[field][0] for field in seen if seen.count(field) > 1})


def _meaning(header: str) -> str:
    return _MEANS.get(header, "")
