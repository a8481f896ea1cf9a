"""What people of the demo company asked about their data: nine copies, fourteen deletions, and two
complaints. One is due in two days, one cools off, one waits for the end of a legal hold."""

import calendar
from datetime import date, datetime, timedelta

from candidates.actions.erasure import RESULT
from candidates.models import Activity, Candidate, PrivacyRequest
from candidates.models.requests import due_date
from config.demo.company import Company
from config.demo.people import HELD_BACK, Person
from config.demo.rows import insert
from config.demo.streams import Streams

COPIES, ERASED_ONES = 9, 12
FIRST_ERASED = 3  # “Erased person 14” is the last of the twelve
Kind, State, How = PrivacyRequest.Kind, PrivacyRequest.State, PrivacyRequest.How
OFFICER = "olive"
_SENT = "Sent to the address they wrote from, as one file. They thanked us."
_MUST_KEEP = (
    "We removed them from all searches and emails. We must keep the file of one application until"
    " the hold is released, because a claim is pending."
)


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    """Write the register. Nothing of it is due before the demo is a month old, but one deletion."""
    officer = company.users[OFFICER].email
    askers = [
        rows[person.key]
        for person in people
        if not person.is_open
        and not person.is_hired
        and HELD_BACK not in person.skills
        and rows[person.key].archived_at is None
        and not person.key.startswith("cast:")
    ]
    asks = sorted(askers, key=lambda row: streams.of("asks", str(row.public_id)).random())
    copies, (second, third, cooling, complains) = asks[:COPIES], asks[COPIES : COPIES + 4]
    made: list[PrivacyRequest] = []

    def request(kind: str, who: Candidate | None, received: datetime, **facts: object) -> None:
        made.append(
            PrivacyRequest(
                public_id=streams.uid("request", str(len(made))),
                kind=kind,
                candidate=who,
                received_at=received,
                due_on=due_date(kind, received.date()),
                **(
                    {
                        "subject_id": str(who.pk) if who else "",
                        "received_how": How.EMAIL,
                        "identity": PrivacyRequest.Identity.KNOWN_ADDRESS,
                        "recorded_by": officer,
                    }
                    | facts
                ),
            )
        )

    def closed(at: datetime, text: str) -> dict[str, object]:
        return {
            "state": State.CLOSED,
            "outcome": PrivacyRequest.Outcome.DONE,
            "outcome_text": text,
            "closed_at": at,
            "closed_by": officer,
        }

    for number, who in enumerate(copies[:-2]):
        received = anchor - timedelta(days=60 + 41 * number, hours=3)
        request(Kind.ACCESS, who, received, **closed(received + timedelta(days=1), _SENT))
    request(Kind.ACCESS, copies[-1], _received_for(anchor, due_in=2))
    request(
        Kind.ACCESS,
        copies[-2],
        anchor - timedelta(days=9),
        received_how=How.PHONE,
        identity=PrivacyRequest.Identity.UNPROVEN,
        paused_at=anchor - timedelta(days=7),
        pause_reason="From which address they applied: the one they gave on the phone is not ours.",
    )
    for number in range(FIRST_ERASED, FIRST_ERASED + ERASED_ONES):
        received = anchor - timedelta(days=30 + 38 * (FIRST_ERASED + ERASED_ONES - number))
        request(
            Kind.ERASURE,
            None,
            received,
            subject_id=str(number),
            **closed(received + timedelta(days=7, hours=1), RESULT),
        )
    request(
        Kind.ERASURE,
        cooling,
        anchor - timedelta(days=1),
        state=State.COOLING_OFF,
        cooling_off_until=anchor + timedelta(days=6),
    )
    request(
        Kind.ERASURE,
        rows["cast:t_lindqvist"],
        anchor - timedelta(days=16),
        received_how=How.LETTER,
        state=State.RESTRICTED,
        waits_for=_MUST_KEEP[:300],
    )
    for who, ago in ((second, 200), (third, 25)):
        received = anchor - timedelta(days=ago)
        said = closed(received + timedelta(days=12), "We wrote what happened and what we changed.")
        request(
            Kind.COMPLAINT, who, received, **(said if ago > 100 else {"received_how": How.LETTER})
        )
    request(Kind.RECTIFICATION, complains, anchor - timedelta(days=4), details="A new surname.")
    insert(PrivacyRequest, made)
    insert(
        Activity,
        (
            Activity(
                candidate=one.candidate,
                group=Activity.Group.CONSENT,
                kind=f"request.{one.kind}",
                at=one.received_at,
                actor=company.users[OFFICER].name,
                text=_SAID[Kind(one.kind)],
            )
            for one in made
            if one.candidate
        ),
    )


_SAID = {
    Kind.ACCESS: "Asked for a copy of their data.",
    Kind.ERASURE: "Asked us to delete their details.",
    Kind.RECTIFICATION: "Asked us to correct something.",
    Kind.COMPLAINT: "Complained about how we use their data.",
}


def _received_for(anchor: datetime, *, due_in: int) -> datetime:
    """Return when something came that is due in so many days: a calendar month before."""
    due: date = (anchor + timedelta(days=due_in)).date()
    year, month = divmod(due.year * 12 + due.month - 2, 12)
    month += 1
    day = min(due.day, calendar.monthrange(year, month)[1])
    return anchor.replace(year=year, month=month, day=day, hour=9)
