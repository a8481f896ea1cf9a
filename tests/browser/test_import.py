"""An import from the file to its undo, in a real browser with a worker beside it."""

import threading

import pytest
from django.conf import settings
from django.db import connection

from applications import imports
from candidates.models import Candidate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "past-applicants.csv"


@pytest.fixture
def worker():
    """Work on imports as beat would have it, in a thread of its own."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.2):
            for import_id in imports.unfinished():
                imports.work_on(import_id)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    done.set()
    thread.join()


def test_import_the_example_and_take_it_back(staff_page, live_server, worker):
    page = staff_page
    page.goto(f"{live_server.url}/imports/new")
    page.set_input_files("[name=file]", EXAMPLE)
    page.get_by_role("button", name="Upload and name the columns").click()
    page.get_by_label("The words they agreed to").fill("Keep my details and write to me.")
    page.get_by_role("button", name="Check every row").click()

    page.get_by_role("button", name="Import 40 people").click()
    page.get_by_text("What happened").wait_for()
    assert Candidate.objects.count() == 40

    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("Everything is as it was before this import.").wait_for()
    assert Candidate.objects.count() == 0
