"""When a letter leaves, what it says by default, and what a reader would stumble over.

A letter is a row here until engagement carries it out, and reports back downward.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from accounts import languages
from accounts.models import Organisation, User
from applications.models import Application, Job, Office, Outcome, RejectionReason
from candidates.working_days import NOWHERE, Place, is_working_day

MORNING = time(8)
NOON = time(10)  # a letter leaves between these two, so that a day's letters do not leave at once
SOONEST = timedelta(hours=2)

# What the person reads for each reason. Each says what would have to change, and no more.
REASON_WORDS: dict[str, str] = {
    RejectionReason.MUST_HAVE_MISSING: gettext_noop(
        "the work needs a skill that we did not find in your application yet"
    ),
    RejectionReason.STRONGER_APPLICANT: gettext_noop(
        "another person's experience was closer to this job"
    ),
    RejectionReason.PLACE_OR_SHIFT: gettext_noop(
        "the place or the working hours do not fit what you told us"
    ),
    RejectionReason.PAY: gettext_noop("your expectation and the range of this job do not meet"),
    RejectionReason.SENIORITY: gettext_noop("this job is at another level of experience"),
    RejectionReason.JOB_CLOSED: gettext_noop("the job was closed before it was filled"),
    RejectionReason.LATE: gettext_noop(
        "the decision had been made before your application came in"
    ),
    RejectionReason.LANGUAGE: gettext_noop("the job needs a language that you did not name"),
    RejectionReason.OTHER_JOB: gettext_noop("another job of ours suits what you can do better"),
    RejectionReason.OTHER: gettext_noop("our plans for this job have changed"),
}

# A letter may mix languages, so each is looked for in every letter.
_PROMISES = (
    r"keep (you|your (details|application|cv|résumé)) (in mind|on file)",
    r"(contact|write to|get back to) you (when|if|as soon as|should)",
    r"(future|other|similar) (jobs|openings|positions|roles|vacancies)",
    r"(garder|conserver)(ons)? (votre|vos) (dossier|candidature|cv|coordonnées|données)",
    r"(gardons|conservons) (votre|vos) (dossier|candidature|cv|coordonnées|données)",
    r"pens(er)?ons à vous (jusqu|pour|s)",
    r"vous (re)?(contacter|écrir)(ai|ons|e)? (si|dès|lorsqu|quand)",
    r"(autres|future?s|prochaine?s|nouveaux|nouvelles) (postes|offres|opportunités|emplois)",
    r"سنتذكّ?رك",
    r"(سنحتفظ|نحتفظ|الاحتفاظ) (ببياناتك|بطلبك|بسيرتك|بملفك)",
    r"(سنتواصل|نتواصل|سنتصل|سنكتب|سنراسلك)( معك| بك| إليك)? (عندما|إذا|متى|حين|حالما)",
    r"(وظائف|فرص|شواغر) (أخرى|مستقبلية|مشابهة|قادمة)",
)
_PROMISE_WORDS = re.compile("|".join(_PROMISES), re.IGNORECASE)
_GAPS = re.compile(r"\{\{|\}\}|\[[^\]\n]{1,40}\]|<[^>\n]{1,40}>|\bXX+\b")


def zone_of(application: Application) -> ZoneInfo:
    """Return the candidate's zone; unknown: that of the job's first office; else UTC."""
    return _zone(application.candidate.time_zone) or zone_of_job(application.job)


def zone_of_job(job: Job) -> ZoneInfo:
    """Return the zone of a job's first office; without one: UTC."""
    office = _first_office(job)
    return (office and _zone(office.time_zone)) or ZoneInfo("UTC")


def place_of(application: Application) -> Place:
    """Return whose holidays count: those where the candidate is; unknown: those of the job."""
    candidate = application.candidate
    if candidate.country:
        return Place(candidate.country, candidate.region)
    return place_of_job(application.job)


def place_of_job(job: Job) -> Place:
    """Return the place of a job's first office; without one: nowhere, so only weekends count."""
    office = _first_office(job)
    return Place(office.country, office.region) if office else NOWHERE


def _first_office(job: Job) -> Office | None:
    prefetch_related_objects([job], "offices")  # asked for once, however often it is needed
    return next(iter(job.offices.all()), None)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def next_working_morning(
    now: datetime, zone: ZoneInfo, *, place: Place = NOWHERE, spread: int = 0
) -> datetime:
    """Return when a letter decided at `now` leaves: the next working day between 8 and 10.

    now: aware, any zone. zone: of the candidate. place: whose public holidays are passed over.
    spread: any whole number; equal numbers give the same minute. Returns an aware datetime in UTC,
    at least two hours after `now`. An hour that the clock skips in spring moves on with the clock;
    one that it repeats in autumn is the first.
    """
    span = (NOON.hour - MORNING.hour) * 60
    minute = spread % span
    day = now.astimezone(zone).date()
    while True:
        at = datetime.combine(day, MORNING, tzinfo=zone) + timedelta(minutes=minute)
        leaves = at.astimezone(UTC)
        exists = leaves.astimezone(zone).date() == day  # some zones once skipped a whole day
        is_today = day == now.astimezone(zone).date()
        is_free = not is_working_day(day, place)
        if exists and not is_free and not is_today and leaves - now >= SOONEST:
            return leaves
        day += timedelta(days=1)


def leaves_at(application: Application, now: datetime) -> datetime:
    """Return when a letter about this application leaves if nobody hurries it."""
    spread, place = application.public_id.int, place_of(application)
    return next_working_morning(now, zone_of(application), place=place, spread=spread)


def said_there(application: Application, at: datetime) -> str:
    """Return a moment as the candidate's clock shows it, with the zone.

    As text: a template would turn a datetime into the zone of the colleague.
    """
    zone = zone_of(application)
    return f"{at.astimezone(zone):%A %-d %B, %H:%M} ({zone.key.replace('_', ' ')})"


def said_here_and_there(application: Application, at: datetime) -> str:
    """Return a moment as the colleague's clock shows it, and the candidate's if that differs."""
    here, there = timezone.localtime(at), at.astimezone(zone_of(application))
    said = f"{here:%A %-d %B, %H:%M}"
    if here.utcoffset() == there.utcoffset():
        return said
    return f"{said} here, {said_there(application, at)} where they are"


def receipt_subject(job: Job) -> str:
    return gettext("We have your application: {title}").format(title=job.title)


def language_of(application: Application, house: Organisation) -> str:
    """Return the language in which our own words reach somebody: theirs, else that of the house."""
    return languages.first_of(application.candidate.language, house.language)


def reason_in_words(reason: str) -> str:
    """Return why, as the person reads it, in the language that is spoken; else ""."""
    return gettext(REASON_WORDS[reason]) if reason in REASON_WORDS else ""


def decision_subject(job: Job) -> str:
    return gettext("Your application: {title}").format(title=job.title)


def greeting(application: Application) -> str:
    """Return how the letter begins. A name is never taken apart (A-17)."""
    name = application.candidate.call_name or application.candidate.name
    return gettext("Hello {name},").format(name=name) if name else gettext("Hello,")


def receipt_text(
    application: Application, *, by: User | None, organisation: str, is_again: bool = False
) -> str:
    """Return the letter that says an application arrived, and by when the next one comes.

    In the language that is spoken.

    is_again: it was added to one that is open already.
    """
    signature = f"{by.name}\n" if by else ""
    day = application.hear_by
    arrived = (
        gettext(
            "What you sent for {title} has arrived. We added it to the application that you have"
            " open."
        )
        if is_again
        else gettext("Your application for {title} has arrived.")
    ).format(title=application.job.title)
    then = (
        gettext("You will hear from us by {day}, whatever we decide.").format(
            day=languages.day_in_words(day)
        )
        if day
        else gettext("You will hear from us in two weeks at the latest, whatever we decide.")
    )
    return f"{greeting(application)}\n\n{arrived} {then}\n\n{signature}{organisation}\n"


def closing_subject(job: Job) -> str:
    return gettext("Your application is closed: {title}").format(title=job.title)


def closing_text(application: Application, *, organisation: str) -> str:
    """Return the letter that confirms to somebody that they do not go on, as they wanted.

    In the language that is spoken.
    """
    said = (
        gettext("You declined our offer for {title}, and we closed your application.")
        if application.outcome == Outcome.OFFER_DECLINED
        else gettext("You withdrew your application for {title}, and we closed it.")
    ).format(title=application.job.title)
    wrong = gettext("If that is not what you wanted, reply to this email.")
    thanks = gettext("Thank you for the time you gave to it.")
    return f"{greeting(application)}\n\n{said} {thanks}\n\n{wrong}\n\n{organisation}\n"


def hired_subject(job: Job) -> str:
    return gettext("Welcome: {title}").format(title=job.title)


def hired_text(application: Application, *, by: User, organisation: str) -> str:
    """Return where the letter begins that tells somebody they are hired, in the language spoken."""
    said = gettext(
        "We are glad to confirm it: you were chosen for {title}. We are looking forward to working"
        " with you."
    ).format(title=application.job.title)
    asks = gettext("If you have a question before your first day, reply to this email.")
    return f"{greeting(application)}\n\n{said}\n\n{asks}\n\n{by.name}\n{organisation}\n"


def feedback_subject(job: Job) -> str:
    return gettext("Your feedback: {title}").format(title=job.title)


def feedback_text(application: Application, *, by: User, organisation: str) -> str:
    """Return where a letter with feedback begins. What would have to change is left to be filled
    in, and the check of the letter does not let it leave like that."""
    asked = gettext("You asked for feedback on your application for {title}.").format(
        title=application.job.title
    )
    because = gettext("We decided not to go on because {reason}.")
    reason = reason_in_words(application.rejection_reason)
    gap = gettext("[What would have to change]")
    said = [asked, because.format(reason=reason) if reason else "", gap]
    return (
        f"{greeting(application)}\n\n{' '.join(filter(None, said))}\n\n{by.name}\n{organisation}\n"
    )


def promise_sentence(until: date, families: list[str]) -> str:
    """Return the sentence that a letter carries when a promise stands behind it, in the language
    that is spoken."""
    return gettext(
        "We keep you in mind for {kinds} jobs until {day}, and write if one opens."
    ).format(kinds=languages.comma().join(families), day=languages.day_in_words(until))


def lint(
    subject: str,
    text: str,
    *,
    has_promise: bool,
    instead: str = "Tick “Keep in mind” so that it is kept",
) -> list[str]:
    """Return what a reader would stumble over, each as a sentence; empty: nothing.

    instead: what to do with the words of a promise that nobody recorded.
    """
    found = []
    if not subject.strip():
        found.append("The letter has no subject.")
    if len(text.strip()) < 40:
        found.append("The letter says almost nothing.")
    if gap := _GAPS.search(f"{subject}\n{text}"):
        found.append(f"“{gap.group()}” looks like something that was never filled in.")
    if not has_promise and (words := _PROMISE_WORDS.search(text)):
        found.append(f"“{words.group()}” is a promise. {instead}, or take the words out.")
    return found
