"""How much strangers may send, with Redis, without it, and when it was emptied."""

from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from accounts import limits, tasks, throttle
from accounts.humans import HumanForm, make_stamp
from accounts.limits import Limit
from accounts.models import RateCount

pytestmark = pytest.mark.django_db
FEW = Limit("tests", 3, 600)


def test_so_many_pass_and_the_next_one_waits_for_the_rest_of_the_time():
    with time_machine.travel("2026-11-25 10:00Z", tick=False):
        first = [limits.count((FEW, "one")) for _ in range(3)]
    with time_machine.travel("2026-11-25 10:04Z", tick=False):
        over = limits.count((FEW, "one"))
        other = limits.count((FEW, "other"))
    throttle.client().flushdb()  # its clock is not ours
    with time_machine.travel("2026-11-25 10:10Z", tick=False):
        later = limits.count((FEW, "one"))

    assert (first, over, other, later) == ([0, 0, 0], 360, 0, 0)


def test_an_emptied_redis_lets_nobody_through():
    answers = []
    for _ in range(5):
        throttle.client().flushdb()
        answers.append(limits.count((FEW, "one")) > 0)

    assert answers == [False, False, False, True, True]


def test_without_redis_everything_counts_as_before(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert [limits.count((FEW, "one")) > 0 for _ in range(4)] == [False, False, False, True]


def test_who_is_over_is_told_so_without_asking_the_database(django_assert_num_queries):
    for _ in range(4):
        limits.count((FEW, "one"))

    with django_assert_num_queries(0):
        assert limits.count((FEW, "one")) > 0


def test_of_several_limits_the_longest_wait_counts():
    long = Limit("long", 0, 7200)

    assert limits.count((FEW, "one"), (long, "one")) == 7200


def test_no_address_is_stored_and_what_is_over_is_forgotten():
    limits.count((FEW, "ana@mail.example"))

    row = RateCount.objects.get()
    assert (len(row.digest), row.count) == (64, 1)
    RateCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert (tasks.forget_counts(), tasks.forget_counts()) == (1, 0)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_house_is_one_network(address, network):
    request = RequestFactory().get("/", REMOTE_ADDR=address)

    assert limits.network_of(request) == network


# ------------------------------------------------------------------------- people and scripts


def sent(stamp, **fields):
    form = HumanForm({"stamp": stamp, **fields})
    form.is_valid()
    return form


def test_a_form_that_took_its_time_passes_and_is_known_by_its_id():
    stamp = make_stamp()
    with time_machine.travel(timezone.now() + timedelta(seconds=4), tick=False):
        one, two = sent(stamp), sent(stamp)

    assert (dict(one.errors), one.form_id) == ({}, two.form_id)


def test_a_form_that_was_too_fast_passes_when_it_is_sent_once_more():
    with time_machine.travel("2026-11-25 10:00:00Z", tick=False):
        form = sent(make_stamp())
        again = form.next_stamp
    with time_machine.travel("2026-11-25 10:00:03Z", tick=False):
        later = sent(again)

    assert form.errors["stamp"] == [
        "That was faster than a person can be. Please send the form once more."
    ]
    assert dict(later.errors) == {}


@pytest.mark.parametrize("stamp", ["", "x", make_stamp()[:-2], make_stamp(at=0)])
def test_a_stamp_that_is_missing_forged_or_old_gives_a_new_one(stamp):
    form = sent(stamp)

    assert (list(form.errors), form.next_stamp != stamp) == (["stamp"], True)


def test_the_field_that_nobody_sees_must_stay_empty():
    form = sent(make_stamp(at=timezone.now().timestamp() - 10), homepage="https://spam.example")

    assert list(form.errors) == ["homepage"]
