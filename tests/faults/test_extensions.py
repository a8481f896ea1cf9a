"""Workers that die while they ask people whether they may be kept longer: each is asked once."""

from collections import Counter

from engagement.models import Decision, Message
from tests.factories.privacy import ending_in
from tests.faults.conftest import TIMES, Counts, counts, planners, workers

KILLS = 6 * TIMES
PEOPLE = 60 * TIMES


def test_planners_killed_anywhere_and_three_at_once_ask_each_person_once(server):
    people = [ending_in(30) for _ in range(PEOPLE)]

    killed = planners(server, "extensions", KILLS)
    workers(server, together=2, connections=2)

    asked = Counter(Message.objects.values_list("candidate", flat=True))
    print(f"{killed} killed")
    assert killed >= KILLS - 2
    assert asked == Counter(person.pk for person in people)
    assert Decision.objects.filter(phase="planning", allowed=True).count() == PEOPLE
    assert counts(server) == Counts(PEOPLE, PEOPLE, PEOPLE, 0, 0, 0)
    assert {name for (name,) in Message.objects.values_list("state")} == {"handed"}


def test_two_planners_at_the_same_moment_ask_each_person_once(server):
    people = [ending_in(7) for _ in range(PEOPLE)]

    planners(server, "extensions", 0)

    asked = Counter(Message.objects.values_list("candidate", flat=True))
    assert asked == Counter(person.pk for person in people)
    assert {one.extension.step for one in Message.objects.select_related("extension")} == {7}
