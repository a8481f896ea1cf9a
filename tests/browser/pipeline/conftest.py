"""A job with three people on its pipeline, open in a browser."""

import re

import pytest

from applications.actions.jobs import add_standard_stages
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory


@pytest.fixture
def rosa():
    OrganisationFactory()
    job = JobFactory(title="Marine Electrician")
    add_standard_stages(job)
    ApplicationFactory(job=job, candidate__name="Ben Adeyemi")
    rosa = ApplicationFactory(
        job=job,
        candidate__name="Rosa Osei",
        candidate__call_name="Rosa",
        candidate__time_zone="Pacific/Auckland",
    )
    ApplicationFactory(job=job, candidate__name="Zoe Late", hear_by=rosa.hear_by)
    return rosa


@pytest.fixture
def board(staff_page, live_server, rosa):
    return opened(staff_page, live_server, rosa.job)


def opened(page, live_server, job, query=""):
    page.goto(f"{live_server.url}/jobs/{job.public_id}/pipeline{query}")
    return page


def column(page, name):
    return page.get_by_role("region", name=re.compile(f"^{name}"))


def card(page, name, stage):
    return column(page, stage).get_by_role("link", name=name, exact=True)


def drag(page, source, target, *, steps=12):
    if target.locator("[data-stage]").count():
        target = target.locator("[data-stage]")
    start, end = source.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 4)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=steps)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 34, steps=3)
    page.mouse.up()


def focused(page):
    return page.evaluate("document.activeElement.id")


def status(page):
    return page.locator("#board-status")


def place(application):
    application.refresh_from_db()
    return application.stage.name
