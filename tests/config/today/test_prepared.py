"""What Today asks is written once for each kind of colleague: word for word what it were anew."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Role
from config import today
from config.today import prepared
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
KINDS = [
    [Role.RECRUITER],
    [Role.HIRING_MANAGER],
    [Role.INTERVIEWER],
    [Role.ADMIN],
    [Role.PRIVACY_OFFICER],
    [Role.ADMIN, Role.RECRUITER],
    [Role.INTERVIEWER, Role.PRIVACY_OFFICER],
]
# Days on which clocks change, on which it is another day elsewhere, and the last of a year.
DAYS = ["2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05", "2026-12-31", "2028-02-28"]
PLACES = ["Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC"]


def moments():
    chance = random.Random(7)
    for day in DAYS:
        for place in PLACES:
            hours = timedelta(
                minutes=chance.randrange(24 * 60), microseconds=chance.randrange(10**6)
            )
            yield (datetime.fromisoformat(f"{day}T00:00Z") + hours).astimezone(ZoneInfo(place))
    # The hour that comes twice, both times.
    for hour in (0, 1):
        yield datetime(2026, 10, 25, hour, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))


def written(user, now, whose):
    return prepared.written(user, now, whose, 1250, today._written)


@pytest.mark.parametrize("roles", KINDS)
@pytest.mark.parametrize("team", ["", "North"])
def test_for_every_role_it_is_what_would_be_written_anew(roles, team, django_assert_num_queries):
    with django_assert_num_queries(0):  # nor does it hold what somebody may change
        _compare(roles, team)
    # Three texts, each recognised whole, and nothing written a second time for somebody else.
    assert len(prepared._kept) == 3
    assert all(kept.parameters for kept in prepared._kept.values())


def _compare(roles, team):
    for whose in ("mine", "team", "all"):
        for number, now in enumerate(moments()):
            other = "South" if team and number % 2 else team
            zone = PLACES[number % 3]
            user = UserFactory.build(pk=number + 1, roles=roles, team=other, time_zone=zone)
            known, anew = written(user, now, whose), today._written(user, now, whose)
            assert known == anew
            assert list(map(type, known[1])) == list(map(type, anew[1]))


def test_it_is_written_again_for_whoever_may_see_more_or_less():
    now = datetime(2026, 11, 26, 8, tzinfo=UTC)
    user = UserFactory.build(pk=5, roles=[Role.RECRUITER])
    first = written(user, now, "mine")

    user.roles = [Role.HIRING_MANAGER]
    assert written(user, now, "mine") == today._written(user, now, "mine") != first
    user.is_active = False
    assert written(user, now, "mine") == today._written(user, now, "mine")
    assert len(prepared._kept) == 3


@pytest.mark.parametrize(
    "own",
    [
        lambda user, now: now.hour,  # reckoned from now, but not as anything that is known
        lambda user, now: now.astimezone(UTC) - timedelta(days=9),  # by the clock of another place
        lambda user, now: (now + timedelta(hours=5)).date(),
        lambda user, now: user.email,
        lambda user, now: [user.pk],
    ],
)
def test_what_is_not_recognised_is_written_each_time(own):
    user, asked = UserFactory.build(pk=5), []

    def write(user, now, whose):
        asked.append(user.pk)
        return "SELECT %s, %s", [now, own(user, now)]

    for hour in (7, 8):
        now = datetime(2026, 11, 26, hour, tzinfo=ZoneInfo("Europe/Paris"))
        assert prepared.written(user, now, "mine", 9, write) == (
            "SELECT %s, %s", [now, own(user, now)],
        )  # fmt: skip
    assert asked == [*asked[: len(prepared.HOURS)], 5, 5]  # the first ones were made up


def test_a_text_that_depends_on_who_asks_is_written_each_time():
    user = UserFactory.build(pk=5)

    def write(user, now, whose):
        return f"SELECT {now:%H}", []

    for hour in ("07", "08"):
        now = datetime(2026, 11, 26, int(hour), tzinfo=UTC)
        assert prepared.written(user, now, "mine", 9, write) == (f"SELECT {hour}", [])


def test_what_is_remembered_has_an_end(monkeypatch):
    monkeypatch.setattr(prepared, "REMEMBERED", 3)
    now = datetime(2026, 11, 26, 8, tzinfo=UTC)
    for most in range(10):
        prepared.written(UserFactory.build(pk=5), now, "mine", most, lambda *_: ("SELECT 1", []))

    assert len(prepared._kept) <= 3
