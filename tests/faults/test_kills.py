"""Workers that die. Nobody gets an email twice, and nothing is lost without saying so."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from engagement import delivery
from engagement.models import Message
from tests.faults.conftest import ROOT, TIMES, Counts, counts, environment, planned, workers

KILLS = 6 * TIMES
PEOPLE = 30 * TIMES


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("point", ["claimed", "body", "armed", "dot", "answered"])
def test_a_worker_killed_anywhere_sends_nothing_twice_and_loses_nothing(
    server, clock, point, connections
):
    planned(PEOPLE)

    killed = workers(server, kills=KILLS, point=point, connections=connections)
    clock.shift(600)  # every lease has run out
    delivery.reap()
    workers(server, connections=connections)

    found = counts(server)
    assert killed >= KILLS - 1
    assert found.uncertain <= killed * connections
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed + found.uncertain == PEOPLE
    if point in {
        "claimed",
        "body",
    }:  # before the arming nothing can be uncertain but the one before
        assert found.handed + found.uncertain == found.seen


def test_redis_emptied_again_and_again(server):
    planned(PEOPLE)
    redis, done = Redis.from_url(settings.REDIS_URL), threading.Event()

    def empty() -> None:
        while not done.wait(0.05):
            redis.flushdb()

    emptying = threading.Thread(target=empty)
    emptying.start()
    workers(server, together=3, connections=2)
    done.set()
    emptying.join()
    redis.close()

    assert counts(server) == Counts(PEOPLE, PEOPLE, PEOPLE, 0, 0, 0)


def test_many_workers_share_the_work(server):
    planned(PEOPLE * 2)

    workers(server, together=4, connections=3)

    assert counts(server) == Counts(PEOPLE * 2, PEOPLE * 2, PEOPLE * 2, 0, 0, 0)


def test_two_beats_and_two_celery_workers(server, tmp_path):
    campaign = planned(PEOPLE)
    campaign.messages.all().update(state=Message.State.PLANNED)
    for message in campaign.messages.all()[:10]:
        message.is_first_batch = True
        message.save()
    campaign.state = "holding"
    campaign.starts_at = timezone.now()
    campaign.save()
    connection.close()
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    worker = [*celery, "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--pidfile=", "--schedule"]
    commands = [
        [*worker, "-n", "one@test"],
        [*worker, "-n", "two@test"],
        [*beat, str(tmp_path / "one")],
        [*beat, str(tmp_path / "two")],
    ]
    processes = [
        subprocess.Popen(
            command,
            env=environment(server),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        until = time.monotonic() + 240
        while time.monotonic() < until:
            campaign.refresh_from_db()
            if campaign.state == "finished":
                break
            time.sleep(0.5)
    finally:
        for process in processes:
            process.kill()
            process.wait()

    assert campaign.state == "finished"
    assert counts(server) == Counts(PEOPLE, PEOPLE, PEOPLE, 0, 0, 0)


def test_a_database_that_goes_away_arms_nothing_more(server):
    """The connections of a whole batch are cut by the server, as a restart does."""
    campaign = planned(20)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]

    def cut(name: str) -> None:
        if len(server.seen) == 5:
            _cut_all_but(mine)

    server.on_message = cut
    with pytest.raises(subprocess.CalledProcessError):
        _run_until_it_breaks(server)
    server.on_message = None
    _after_leases()
    workers(server)

    found = counts(server)
    assert replace(found, handed=0, seen=0, uncertain=0) == Counts(20, 0, 0, 0, 0, 0)
    assert found.handed + found.uncertain == campaign.messages.count()
    assert found.uncertain <= 1


def _run_until_it_breaks(server) -> None:
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.faults.settings';"
        "django.setup(); from engagement import tasks; tasks.deliver()"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env=environment(server),
        cwd=ROOT,
        check=True,
        capture_output=True,
    )


def _cut_all_but(mine: int) -> None:
    parts = connection.settings_dict
    with psycopg.connect(
        host=parts["HOST"],
        port=parts["PORT"],
        user=parts["USER"],
        password=parts["PASSWORD"] or None,
        dbname=parts["NAME"],
        autocommit=True,
    ) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            [mine],
        )


def _after_leases() -> None:
    delivery.reap(timezone.now() + timedelta(minutes=10))
