"""The ceiling of a campaign's day: no workers together exceed it, and none that dies loses any."""

import itertools
from datetime import timedelta

from engagement import delivery
from engagement.delivery import days
from engagement.models import CampaignDay, Message
from tests.faults.conftest import TIMES, counts, planned, workers

KILLS = 6 * TIMES
CEILING = 12 * TIMES
PEOPLE = 30 * TIMES


def test_many_workers_send_no_more_in_a_day_than_the_ceiling(server):
    campaign = planned(PEOPLE, daily_ceiling=CEILING)

    workers(server, together=4, connections=3)

    found = counts(server)
    assert (found.seen, found.handed, found.duplicates) == (CEILING, CEILING, 0)
    waiting = campaign.messages.filter(state=Message.State.DUE, reason=days.CAMPAIGN_DAY_FULL)
    assert waiting.count() == PEOPLE - CEILING
    assert CampaignDay.objects.get().taken == CEILING


def test_workers_that_die_exceed_no_day_and_lose_nothing(server, clock):
    room = 4 * KILLS  # a worker that dies takes its batch of four from the day
    planned(PEOPLE, daily_ceiling=room)
    seen, today = [0], 0

    killed = workers(server, kills=KILLS, point="claimed")
    while len(server.seen) < PEOPLE and today < 10:
        clock.shift(600)  # every lease has run out
        delivery.reap()
        workers(server, together=2)
        seen.append(len(server.seen))
        today += 1
        clock.shift(timedelta(days=3 if today == 5 else 1) - timedelta(minutes=10))

    each_day = [after - before for before, after in itertools.pairwise(seen)]
    print(f"{killed} killed, sent on each day: {each_day}")
    found = counts(server)
    assert killed >= KILLS - 1
    assert max(each_day) <= room
    assert found.handed + found.uncertain == PEOPLE
    assert found.uncertain <= killed  # the one before, which is written down with the next
    assert (found.duplicates, found.lost) == (0, 0)
