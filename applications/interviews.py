"""What an invitation says, in which zones, and who would be in two places at once. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from accounts import languages
from accounts.models import Organisation, User
from applications import calendars, clock, letters
from applications.models import Application, Interview, Interviewer, Job, ProposedTime
from candidates.working_days import working_day_from

MOST_TIMES = 5
_INVITES = {
    Interview.Kind.PHONE: gettext_noop(
        "We would like to invite you to a phone conversation about {title}"
    ),
    Interview.Kind.VIDEO: gettext_noop(
        "We would like to invite you to a video conversation about {title}"
    ),
    Interview.Kind.ON_SITE: gettext_noop(
        "We would like to invite you to a conversation at our place about {title}"
    ),
}


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def our_zone(interview: Interview) -> ZoneInfo:
    """Return the zone of the colleague who invited: the other clock that a candidate reads."""
    return zone_named(interview.by.time_zone if interview.by else Organisation.current().time_zone)


def said_to_staff(application: Application, at: datetime) -> str:
    """Return a moment for the colleague who is signed in, with the candidate's clock beside it."""
    here = zone_named(timezone.get_current_timezone_name())
    return clock.day_and_both(at, here, letters.zone_of(application))


def hour_for_staff(application: Application, at: datetime) -> str:
    """The same without the day."""
    here = zone_named(timezone.get_current_timezone_name())
    return clock.on_both(at, here, letters.zone_of(application))


def said_to_candidate(interview: Interview, at: datetime) -> str:
    """Return a moment as the candidate reads it: on their clock, and on ours where it differs.

    Of somebody whose zone nobody knows it says which town's clock it means.
    """
    application = interview.application
    theirs = letters.zone_of(application)
    if application.candidate.time_zone:
        said = clock.day_and_both(at, theirs, our_zone(interview))
        mine = gettext("your time")
        return said if mine in said else f"{said} {mine}"
    moment = at.astimezone(theirs)
    town = gettext("in {town}").format(town=clock.town_of(theirs))
    return f"{languages.weekday_in_words(moment)}, {moment:%H:%M} {town}"


def hear_by_after(application: Application, starts_at: datetime) -> date:
    """Return the day by which they hear from us after an interview: as many days as the stage has.

    A working day at the candidate. There is always one (P-42).
    """
    day = starts_at.astimezone(letters.zone_of(application)).date()
    day += timedelta(days=application.stage.hear_by_days)
    return working_day_from(day, letters.place_of(application))


def overlapping(
    people: Iterable[User],
    starts: Iterable[datetime],
    minutes: int,
    *,
    but: Interview | None = None,
) -> list[str]:
    """Return a sentence for each colleague who has another interview at one of these times.

    Knows what is in our own records, proposed times included, and no other calendar.
    """
    length = timedelta(minutes=minutes)
    spans = [(start, start + length) for start in starts]
    if not spans:
        return []
    wanted = list(people)
    found = Interviewer.objects.filter(
        user__in=wanted,
        interview__state__in=[Interview.State.SCHEDULED, Interview.State.PROPOSED],
        interview__application__closed_at=None,
    ).select_related("user", "interview__application__job")
    if but is not None:
        found = found.exclude(interview=but)
    first, last = min(spans)[0], max(end for _, end in spans)
    near = Q(interview__starts_at__lt=last, interview__ends_at__gt=first)
    near |= Q(interview__starts_at=None)
    panels = list(found.filter(near))
    proposed = _proposed(panels)
    said = {}
    for panel in panels:
        other = panel.interview
        theirs = [other.starts_at] if other.starts_at else proposed.get(other.pk, [])
        for at in theirs:
            end = at + timedelta(minutes=other.minutes)
            if any(start < end and at < stop for start, stop in spans):
                sure = "has" if other.starts_at else "may have"
                hour = f"{timezone.localtime(at):%A %-d %B, %H:%M}"
                job = other.application.job.title
                said[panel.user_id, at] = (
                    f"{panel.user.name} {sure} another interview then: {hour}, {job}."
                )
    return list(said.values())


def greeting_of(interview: Interview) -> str:
    return letters.greeting(interview.application)


def invitation_subject(interview: Interview) -> str:
    title = interview.application.job.title
    return gettext("Invitation to an interview: {title}").format(title=title)


def confirmation_subject(interview: Interview) -> str:
    title = interview.application.job.title
    return gettext("Your interview is settled: {title}").format(title=title)


def invitation_text(
    interview: Interview, starts: list[datetime], *, by: User | None, organisation: str
) -> str:
    """Return the letter that invites: to one time, or to choose one of several."""
    title = interview.application.job.title
    asked = gettext(_INVITES[Interview.Kind(interview.kind)]).format(title=title)
    times = [said_to_candidate(interview, at) for at in starts]
    if len(times) == 1:
        asked = f"{gettext('{label}:').format(label=asked)}\n\n{times[0]}"
    else:
        which = gettext("Which of these times fits you?")
        asked = f"{asked}. {which}\n\n" + "\n".join(f"- {time}" for time in times)
    return _whole(interview, asked, by=by, organisation=organisation, with_words=True)


def confirmation_text(interview: Interview, *, by: User | None, organisation: str) -> str:
    """Return the letter that confirms the time which the candidate chose."""
    said = f"{gettext('It is settled:')}\n\n{_when(interview)}"
    return _whole(interview, said, by=by, organisation=organisation)


def change_text(interview: Interview, *, by: User | None, organisation: str) -> str:
    """Return the letter that says what an interview is now like."""
    changed = gettext("Something about your interview has changed. It is now:")
    said = f"{changed}\n\n{_when(interview)}"
    return _whole(interview, said, by=by, organisation=organisation, with_words=True)


def called_off_subject(interview: Interview) -> str:
    title = interview.application.job.title
    return gettext("Your interview does not take place: {title}").format(title=title)


def called_off_text(interview: Interview, *, by: User | None, organisation: str) -> str:
    """Return the letter that says that an interview does not take place, and no more."""
    said = (
        gettext("The interview about {title} on {when} does not take place.").format(
            title=interview.application.job.title, when=_when(interview)
        )
        if interview.starts_at
        else gettext("The interview about {title} does not take place.").format(
            title=interview.application.job.title
        )
    )
    return (
        f"{greeting_of(interview)}\n\n{said}\n\n{_after(interview)}{_signature(by, organisation)}"
    )


def entry_of(interview: Interview, method: str, organisation: Organisation) -> calendars.Entry:
    """Return what a calendar reads of an interview that has a time."""
    if interview.starts_at is None or interview.ends_at is None:
        raise ValueError("An interview without a time stands in no calendar.")
    organizer, name = calendars.organizer_of(interview.by, organisation)
    people = ", ".join(panel.user.name for panel in interview.panel.select_related("user"))
    return calendars.Entry(
        method=method,
        uid=f"{interview.public_id}@{organisation.mail_domain}",
        sequence=interview.sequence,
        starts_at=interview.starts_at.isoformat(),
        ends_at=interview.ends_at.isoformat(),
        summary=gettext("Interview: {title}, {organisation}").format(
            title=interview.application.job.title, organisation=organisation.name
        ),
        description=gettext("With {people}.").format(people=people) if people else "",
        location=interview.place or interview.link,
        link=interview.link,
        organizer=organizer,
        organizer_name=name,
    )


def criteria_of(job: Job) -> list[str]:
    """Return what interviewers look at: the must-have skills, the others, what was added."""
    skills = job.job_skills.select_related("skill").order_by("need", "-weight", "pk")
    names = [one.skill.name for one in skills] + [one.name for one in job.criteria.all()]
    return list(dict.fromkeys(names))


def _proposed(panels: list[Interviewer]) -> dict[int, list[datetime]]:
    without = {panel.interview_id for panel in panels if panel.interview.starts_at is None}
    found: dict[int, list[datetime]] = {}
    for interview, at in ProposedTime.objects.filter(interview__in=without).values_list(
        "interview", "starts_at"
    ):
        found.setdefault(interview, []).append(at)
    return found


def _when(interview: Interview) -> str:
    assert interview.starts_at is not None  # noqa: S101  # for the type checker
    return said_to_candidate(interview, interview.starts_at)


def _whole(
    interview: Interview,
    asked: str,
    *,
    by: User | None,
    organisation: str,
    with_words: bool = False,
) -> str:
    people = [panel.user for panel in interview.panel.select_related("user")]
    names = languages.comma().join(
        f"{one.name} ({one.title})" if one.title else one.name for one in people
    )
    facts = [gettext("It takes about {minutes} minutes.").format(minutes=interview.minutes)]
    if names:
        facts.append(gettext("You will talk with {names}.").format(names=names))
    facts.append(_where(interview))
    words = f"{interview.words.strip()}\n\n" if with_words and interview.words.strip() else ""
    return (
        f"{greeting_of(interview)}\n\n{asked}\n\n"
        + " ".join(fact for fact in facts if fact)
        + f"\n\n{words}{_after(interview)}{_signature(by, organisation)}"
    )


def _where(interview: Interview) -> str:
    if interview.kind == Interview.Kind.PHONE:
        return gettext("We call you on the number that you gave us.")
    if interview.kind == Interview.Kind.VIDEO:
        return gettext("We meet here: {place}").format(place=interview.link)
    return gettext("We meet here: {place}").format(place=f"{interview.place}.")


def _after(interview: Interview) -> str:
    """Return by when they hear from us: after an interview as before, there is always a day."""
    application = interview.application
    if not application.is_open or application.hear_by is None:
        return ""
    said = gettext("You will hear from us by {day}, whatever we decide.")
    return f"{said.format(day=languages.day_in_words(application.hear_by))}\n\n"


def _signature(by: User | None, organisation: str) -> str:
    return f"{by.name}\n{organisation}\n" if by else f"{organisation}\n"
