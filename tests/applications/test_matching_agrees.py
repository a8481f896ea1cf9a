"""Matching in the database and in words: the same score for whoever there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import fit, matching
from applications.explaining import explain
from tests.applications.matching import job_with, person_with
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory

pytestmark = pytest.mark.django_db

people = st.lists(
    st.fixed_dictionaries(
        {
            "skills": st.sets(st.sampled_from("abcde")),
            "place": st.sampled_from(
                [None, (51.45, -2.59), (51.0, -2.3), (51.89, -2.59), (0.0, 179.9), (89.9, 0.0)]
            ),
            "remote": st.sampled_from(["", "on_site", "hybrid", "remote", "any"]),
            "level": st.sampled_from([None, 1, 3, 6]),
            "furthest": st.sampled_from([None, 1, 4, 5, 6]),
            "days": st.sampled_from([None, 0, 90, 91, 180, 365, 366, 730, 731]),
        }
    ),
    min_size=1,
    max_size=4,
)
jobs = st.fixed_dictionaries(
    {
        "must": st.sampled_from(["a", "ab", "abc"]),
        "nice": st.sampled_from(["", "d", "de"]),
        "needed": st.sampled_from([None, 1, 2]),
        "mode": st.sampled_from(["on_site", "hybrid", "remote"]),
        "levels": st.sampled_from([(None, None), (3, None), (None, 3), (2, 4)]),
        "offices": st.sampled_from([[], [(51.4545, -2.5879)], [(0.1, -179.9), (51.4, -2.5)]]),
    }
)


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(people=people, asked=jobs)
def test_sql_and_words_give_the_same_score(people, asked):
    from django.db import transaction

    now = timezone.now()
    with transaction.atomic():
        job = job_with(
            must=asked["must"],
            nice=asked["nice"],
            needed=asked["needed"] if (asked["needed"] or 0) < len(asked["must"]) else None,
            work_mode=asked["mode"],
            seniority_from=asked["levels"][0],
            seniority_to=asked["levels"][1],
        )
        for latitude, longitude in asked["offices"]:
            job.offices.add(OfficeFactory(latitude=latitude, longitude=longitude))
        for one in people:
            latitude, longitude = one["place"] or (None, None)
            candidate = person_with(
                *one["skills"],
                latitude=latitude,
                longitude=longitude,
                remote_preference=one["remote"],
                seniority=one["level"],
                last_contact_at=None if one["days"] is None else now - timedelta(days=one["days"]),
            )
            if one["furthest"]:
                ApplicationFactory(candidate=candidate, rejected=True, furthest=one["furthest"])

        in_sql = list(matching.audience(job, at=now))
        criteria = matching.criteria_of(job)
        inputs = matching.inputs_of(criteria, [pk for pk, _ in in_sql], now.date())

        assert in_sql == [(pk, explain(inputs[pk]).score) for pk, _ in in_sql]
        assert [p.candidate.pk for p in matching.known_people(job, at=now).people] == [
            pk for pk, _ in in_sql
        ]
        transaction.set_rollback(True)


@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    turn=st.floats(0, 360),
    share=st.floats(0, 1),
    reach=st.sampled_from([25, 50, 200]),
)
@settings(max_examples=200)
def test_the_cells_of_a_circle_hold_everybody_in_it(latitude, longitude, turn, share, reach):
    from math import asin, atan2, cos, degrees, floor, radians, sin

    away, bearing, lat = share * reach / 6371, radians(turn), radians(latitude)
    there = asin(min(1, max(-1, sin(lat) * cos(away) + cos(lat) * sin(away) * cos(bearing))))
    east = atan2(sin(bearing) * sin(away) * cos(lat), cos(away) - sin(lat) * sin(there))
    other_latitude = degrees(there)
    other_longitude = (longitude + degrees(east) + 540) % 360 - 180

    cell = 2 + floor((other_latitude + 90) * 2) * 720 + floor((other_longitude + 180) * 2) % 720

    assert cell in fit.cells_around(latitude, longitude, reach)


@pytest.mark.parametrize(
    "place", [(51.45, -2.59), (-17.8, 179.95), (-17.8, -179.95), (89.9, 10.0), (0.0, 0.0)]
)
def test_the_lines_around_a_circle_leave_nobody_out(place):
    job = JobFactory()
    job.offices.add(OfficeFactory(latitude=place[0], longitude=place[1]))
    within = fit.within(matching.criteria_of(job), 50)
    circle = f"applications_km(latitude, longitude, {place[0]!r}::float8, {place[1]!r}::float8)"

    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT {within}, {circle} <= 50, count(*)
  FROM (SELECT least(90, greatest(-90, %s + north / 20.0))::float8 AS latitude,
               ((%s + east / 10.0 + 540)::numeric %% 360 - 180)::float8 AS longitude
          FROM generate_series(-20, 20) north, generate_series(-20, 20) east) AS people
 GROUP BY 1, 2""",
            place,
        )
        found = {row[:2]: row[2] for row in cursor.fetchall()}

    assert found.keys() == {(True, True), (False, False)}
