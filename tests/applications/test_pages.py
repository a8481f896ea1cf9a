"""The pages of jobs, the pipeline, applications, letters and promises: who sees what, and costs."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from applications.actions.jobs import add_standard_stages
from applications.models import Application, Job, Letter, Promise
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    OfficeFactory,
    PromiseFactory,
)
from tests.factories.candidates import CandidateFactory, SkillFactory

pytestmark = pytest.mark.django_db
TEXT = "Hello,\n\nthank you for your application. We decided to go on with somebody else.\n"


def page(name, thing, **kwargs):
    return reverse(f"applications:{name}", args=[thing.public_id], **kwargs)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def job_with_stages(**fields):
    job = JobFactory(**fields)
    add_standard_stages(job)
    return job


# ----------------------------------------------------------------- who sees what


def test_a_hiring_manager_reads_own_jobs_and_no_others(signed_in, hiring_manager):
    mine, other = job_with_stages(), job_with_stages()
    HiringTeamMemberFactory(job=mine, user=hiring_manager)
    here, elsewhere = ApplicationFactory(job=mine), ApplicationFactory(job=other)
    client = signed_in(hiring_manager)

    for name in ("job", "pipeline"):
        assert client.get(page(name, mine)).status_code == 200
        assert client.get(page(name, other)).status_code == 404
    assert client.get(page("application", here)).status_code == 200
    assert client.get(page("application", elsewhere)).status_code == 404
    listed = client.get(reverse("applications:jobs")).content.decode()
    assert (mine.title in listed, other.title in listed) == (True, False)


def test_a_hiring_manager_reads_no_letter_promise_or_reason(signed_in, hiring_manager):
    job = job_with_stages()
    HiringTeamMemberFactory(job=job, user=hiring_manager)
    application = ApplicationFactory(job=job, rejected=True)
    LetterFactory(application=application, text="Only for Rosa")
    PromiseFactory(candidate=application.candidate, application=application)
    client = signed_in(hiring_manager)

    html = client.get(page("application", application)).content.decode()

    assert [
        words in html
        for words in ("Only for Rosa", "Keep in mind", "Somebody else fitted better", "Undo")
    ] == [False] * 4
    assert client.post(page("application_move", application)).status_code == 403


def test_an_erased_person_is_on_no_page(staff_client):
    job = job_with_stages()
    application = ApplicationFactory(job=job, candidate__erased=True)

    assert staff_client.get(page("application", application)).status_code == 404
    assert "Nobody here" in staff_client.get(page("pipeline", job)).content.decode()


# --------------------------------------------------------------------------- costs


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_any_size(staff_client, django_assert_num_queries, rows):
    job = job_with_stages()
    for _ in range(rows):
        application = ApplicationFactory(job=job)
        LetterFactory(application=application)
        PromiseFactory(candidate=application.candidate, application=application, due_job=job)
        job_with_stages()
    staff_client.get(reverse("applications:jobs"))
    costs = {
        reverse(
            "applications:jobs"
        ): 8,  # session, user, offices, owners, counts, page, rows, places
        page("pipeline", job): 13,  # with the choices of three filters and what changed just now
        page("pipeline", job) + "?view=table": 13,
        page("job_promises", job): 5,
        page("job_stages", job): 4,
        page("job_team", job): 5,
        reverse("applications:letters"): 5,
        reverse("applications:promises"): 9,  # with four lists to choose from, and what erased left
    }

    for address, cost in costs.items():
        with django_assert_num_queries(cost, info=address):
            staff_client.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_panel_of_a_person_costs_the_same(staff_client, django_assert_num_queries, rows):
    candidate = CandidateFactory()
    for _ in range(rows):
        ApplicationFactory(candidate=candidate, rejected=True)
        PromiseFactory(candidate=candidate)

    with django_assert_num_queries(5):  # session, user, person, applications, promises
        html = staff_client.get(page("candidate_panel", candidate)).content.decode()

    assert html.count("Promise to keep in mind for") == rows


# ---------------------------------------------------------------------------- jobs


def test_a_job_is_made_described_and_opened(staff_client):
    office = OfficeFactory()
    values = {"title": "Cable Technician", "family": "Electrical", "work_mode": "on_site",
              "offices": [office.pk], "salary_from": "41000", "salary_to": "47000",
              "salary_currency": "gbp"}  # fmt: skip

    response = staff_client.post(reverse("applications:job_new"), values)

    job = Job.objects.get()
    assert response["Location"] == page("job_skills", job)
    assert (job.status, job.pay_text) == ("draft", "GBP 41,000 to 47,000")
    SkillFactory(name="BOSIET")
    staff_client.post(
        page("job_skills", job),
        {"must": "HV isolation, Cable jointing", "add_must": "HV isolation", "nice": "BOSIET"},
    )
    skills = [(row.skill.name, row.need, row.weight) for row in job.job_skills.all()]
    assert skills == [
        ("HV isolation", "must", 2),
        ("Cable jointing", "must", 1),
        ("BOSIET", "nice", 1),
    ]
    PromiseFactory()
    response = staff_client.post(page("job_open", job))
    assert said(response)[-1] == "Cable Technician is open. 1 promise fell due."
    assert response["Location"] == page("known_people", job)


def test_a_job_without_must_have_skills_opens_and_says_what_that_means(staff_client):
    job = job_with_stages(draft=True, work_mode="remote")

    response = staff_client.post(page("job_open", job))

    job.refresh_from_db()
    assert (job.status, response["Location"]) == ("open", page("job_skills", job))
    assert said(response)[-1].startswith("No must-have skill is named, so nobody you already know")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"salary_from": "50", "salary_to": "40"}, "The upper end is below the lower one."),
        ({"salary_from": "50", "salary_currency": ""}, "Say in which currency."),
        ({"seniority_from": "4", "seniority_to": "2"}, "The upper level is below the lower one."),
        ({"salary_from": "much"}, "Enter a number."),
    ],
)
def test_a_job_that_makes_no_sense_is_refused_beside_the_field(staff_client, values, words):
    base = {"title": "T", "work_mode": "on_site", "salary_currency": "GBP"}

    response = staff_client.post(reverse("applications:job_new"), {**base, **values})

    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert Job.objects.count() == 0


def test_a_refusal_to_open_is_shown_on_the_job(staff_client):
    job = job_with_stages(draft=True)

    response = staff_client.post(page("job_open", job))

    assert response.status_code == 422
    assert "Say where the work is: name an office" in response.content.decode()


def test_closing_lists_those_who_wait(staff_client):
    application = ApplicationFactory(job=job_with_stages(), candidate__name="Noel Roy")

    response = staff_client.post(page("job_close", application.job))

    html = response.content.decode()
    assert response.status_code == 422
    assert ("1 person is still waiting" in html, "Noel Roy" in html) == (True, True)
    assert page("application_reject", application) in html


def test_somebody_who_saved_meanwhile_is_shown_and_saving_again_wins(staff_client):
    job = job_with_stages(title="Theirs")
    values = {"title": "Mine", "work_mode": "on_site", "version": job.version}
    Job.objects.update(version=2)

    response = staff_client.post(page("job_edit", job), values)

    html = response.content.decode()
    assert (response.status_code, "Theirs" in html, 'value="2"' in html) == (422, True, True)
    staff_client.post(page("job_edit", job), {**values, "version": 2})
    assert Job.objects.get().title == "Mine"


def test_stages_of_another_job_are_not_found(staff_client):
    mine, other = job_with_stages(), job_with_stages()
    stage = other.stages.first()
    for name in ("stage_edit", "stage_move", "stage_remove"):
        address = reverse(f"applications:{name}", args=[mine.public_id, stage.public_id])
        assert staff_client.post(address).status_code == 404


def test_a_used_stage_says_why_it_stays(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    address = reverse(
        "applications:stage_remove",
        args=[application.job.public_id, application.stage.public_id],
    )

    response = staff_client.post(address)

    assert response.status_code == 422
    assert "Somebody is or was in “Received”" in response.content.decode()


# ------------------------------------------------------------------------ pipeline


def test_a_move_without_javascript_comes_back_to_the_card(staff_client):
    application = ApplicationFactory(job=job_with_stages(), candidate__name="Rosa Osei")
    stage = application.job.stages.get(name="Interview")

    response = staff_client.post(
        page("application_move", application), {"stage": stage.public_id}, follow=True
    )

    assert response.redirect_chain[0][0].endswith(f"#application-{application.public_id}")
    assert "Rosa Osei moved from Received to Interview. They are told “Interviewing”." in (
        response.content.decode().replace("\n", " ")
    )


def test_a_refused_move_is_said_and_changes_nothing(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    stage = job_with_stages().stages.first()

    response = staff_client.post(page("application_move", application), {"stage": stage.public_id})

    assert response.status_code == 422
    assert "That stage belongs to another job." in response.content.decode()


def test_undo_on_the_board(staff_client):
    application = ApplicationFactory(job=job_with_stages(), candidate__name="Rosa Osei")
    stage = application.job.stages.get(name="Interview")
    staff_client.post(page("application_move", application), {"stage": stage.public_id})

    response = staff_client.post(page("application_undo", application), follow=True)

    application.refresh_from_db()
    assert application.stage.name == "Received"
    assert "Rosa Osei is back in Received." in response.content.decode()
    again = staff_client.post(page("application_undo", application))
    assert again.status_code == 422


def test_only_late_shows_only_those(staff_client):
    job = job_with_stages()
    ApplicationFactory(job=job, candidate__name="Anna Late", hear_by=timezone.now() - timedelta(3))
    ApplicationFactory(job=job, candidate__name="Ben Intime")

    for view in ("", "&view=table"):
        html = staff_client.get(f"{page('pipeline', job)}?late=on{view}").content.decode()
        assert ("Anna Late" in html, "Ben Intime" in html) == (True, False)


def test_somebody_is_found_and_added(staff_client):
    job = job_with_stages()
    candidate = CandidateFactory(name="Ines Duarte")
    address = page("application_add", job)

    assert "Ines Duarte" in staff_client.get(f"{address}?q=duarte").content.decode()
    response = staff_client.post(address, {"candidate": candidate.public_id, "source": "referral"})
    assert response.status_code == 302
    twice = staff_client.post(address, {"candidate": candidate.public_id})

    assert (twice.status_code, Application.objects.count()) == (422, 1)
    assert "Is considered already" in staff_client.get(f"{address}?q=duarte").content.decode()
    stranger = CandidateFactory(erased=True)
    assert staff_client.post(address, {"candidate": stranger.public_id}).status_code == 404


# ---------------------------------------------------------------- reject and reopen


def rejection(**changes):
    return {
        "reason": "must_have_missing", "subject": "Your application", "text": TEXT,
        "leaves": "morning", **changes,
    }  # fmt: skip


def test_the_form_offers_a_letter_and_says_when_it_leaves_in_both_zones(staff_client):
    OrganisationFactory()
    application = ApplicationFactory(
        job=job_with_stages(title="Cable Technician"),
        candidate__call_name="Rosa",
        candidate__time_zone="Pacific/Auckland",
    )

    html = staff_client.get(page("application_reject", application)).content.decode()

    assert "Hello Rosa," in html
    assert " here, " in html
    assert "(Pacific/Auckland) where they are" in html


def test_the_letter_is_written_anew_for_reason_and_promise_and_nothing_is_closed(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)
    values = rejection(reason="pay", keep="on", families="Electrical", until=until, rewrite="1")

    response = staff_client.post(page("application_reject", application), values)

    html = response.content.decode()
    application.refresh_from_db()
    assert (response.status_code, application.is_open) == (200, True)
    assert "your expectation and the range of this job do not meet" in html
    assert f"We keep you in mind for Electrical jobs until {until:%-d %B %Y}" in html


def test_reject_with_letter_and_promise_then_undo(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)
    values = rejection(keep="on", families="Electrical, Data", until=until)

    response = staff_client.post(page("application_reject", application), values)

    assert response["Location"] == page("application", application)
    letter, promise = Letter.objects.get(), Promise.objects.get()
    assert (promise.families, letter.is_waiting) == (["Electrical", "Data"], True)
    assert staff_client.get(page("application", application)).status_code == 200
    staff_client.post(page("application_reopen", application))
    application.refresh_from_db()
    letter.refresh_from_db()
    assert (application.is_open, letter.is_waiting) == (True, False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required."),
        ({"text": ""}, "The letter needs this."),
        ({"without_letter": "on"}, "Say why they get no letter."),
        ({"keep": "on", "until": ""}, "Say for which kinds of work."),
        ({"text": TEXT + "We keep you in mind."}, "I read this. Send the letter as it is."),
        (
            {"keep": "on", "families": "Data", "until": "2199-01-01"},
            "a promise cannot outlast that",
        ),
    ],
)
def test_a_refused_rejection_says_what_to_do(staff_client, changes, words):
    application = ApplicationFactory(job=job_with_stages())

    response = staff_client.post(page("application_reject", application), rejection(**changes))

    application.refresh_from_db()
    assert (response.status_code, application.is_open) == (422, True)
    assert words in response.content.decode()


def test_rejecting_twice_leads_to_what_the_first_did(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    staff_client.post(page("application_reject", application), rejection())

    response = staff_client.post(page("application_reject", application), rejection())

    assert response["Location"] == page("application", application)
    assert Letter.objects.count() == 1


def test_each_other_way_to_close_and_the_refusal_after(staff_client):
    for name, data, outcome in [
        ("application_hire", {}, "hired"),
        ("application_withdraw", {}, "withdrawn"),
        ("application_withdraw", {"offer_declined": "1"}, "offer_declined"),
    ]:
        application = ApplicationFactory(job=job_with_stages())
        assert staff_client.post(page(name, application), data).status_code == 302
        application.refresh_from_db()
        assert application.outcome == outcome
        assert staff_client.post(page(name, application), data).status_code == 422


# -------------------------------------------------------------- letters and promises


def test_letters_problems_stand_first(staff_client):
    LetterFactory(subject="Waits", send_after=timezone.now() + timedelta(hours=5))
    LetterFactory(subject="Broke", problem="The mailbox does not exist.")
    LetterFactory(subject="Gone", sent_at=timezone.now())

    html = staff_client.get(reverse("applications:letters")).content.decode()

    assert html.index("Broke") < html.index("Waits")
    assert ("Gone" in html, "The mailbox does not exist." in html) == (False, True)


def test_a_decision_whose_letter_is_cancelled_says_that_they_were_not_told(staff_client):
    letter = LetterFactory(kind="decision", application__rejected=True)
    untold = "They have not been told"
    assert untold not in staff_client.get(page("application", letter.application)).content.decode()

    response = staff_client.post(page("letter_cancel", letter), {}, follow=True)

    assert "nobody tells them the decision" in response.content.decode()
    assert untold in staff_client.get(page("application", letter.application)).content.decode()


def test_a_letter_is_changed_cancelled_and_hurried_by_its_buttons(staff_client):
    changed, cancelled, hurried = LetterFactory.create_batch(3)

    staff_client.post(page("letter", changed), {"subject": "New", "text": TEXT})
    staff_client.post(page("letter_cancel", cancelled), {"next": "/jobs"})
    away = staff_client.post(page("letter_send_now", hurried), {"next": "//evil.example"})

    changed.refresh_from_db()
    cancelled.refresh_from_db()
    hurried.refresh_from_db()
    assert (changed.subject, cancelled.is_waiting, hurried.is_leaving) == ("New", False, True)
    assert away["Location"] == reverse("applications:letters")
    assert staff_client.post(page("letter_cancel", hurried)).status_code == 422
    assert AuditEvent.objects.count() == 3


def test_promises_are_settled_by_their_buttons(staff_client):
    due, running = PromiseFactory(due=True), PromiseFactory()

    staff_client.post(page("promise_keep", due), {"kind": "called"})
    asked = {"why": "asked", "words": "Found a job."}
    staff_client.post(page("promise_release", running), asked)

    assert sorted(Promise.objects.values_list("state", flat=True)) == ["kept", "released"]
    again = staff_client.post(page("promise_keep", due), {"kind": "called", "summary": "Kept it"})
    assert again.status_code == 422
    assert "This promise is kept." in again.content.decode()


def test_kept_rate_is_shown_only_from_real_rows(staff_client):
    address = reverse("applications:promises")
    assert "of 100" not in staff_client.get(address).content.decode()

    PromiseFactory.create_batch(5, state="kept")
    PromiseFactory.create_batch(4, state="broken")
    html = staff_client.get(address).content.decode()
    assert "9 of those that fell due are settled. From 10 on a rate is shown" in html
    assert "of 100" not in html

    PromiseFactory(state="broken")

    html = staff_client.get(address).content.decode()
    assert '<span class="stat-value">50</span>' in html
    assert "Counted over 10 that fell due and are settled." in html


def test_the_ledger_is_narrowed_by_its_address_and_paged_by_key(staff_client, recruiter):
    address = reverse("applications:promises")
    job = JobFactory(title="Cable Technician")
    PromiseFactory(candidate__name="Mine", owner=recruiter, families=["electrical"])
    PromiseFactory(candidate__name="Left", owner__is_active=False, families=["Data"])
    soon = timezone.now().date() + timedelta(days=20)
    PromiseFactory(candidate__name="Ends", families=["Data"], until=soon)
    PromiseFactory(candidate__name="Fell", due=True, due_job=job, families=["Electrical"])

    def names(query):
        html = staff_client.get(f"{address}?{query}").content.decode()
        return [name for name in ("Mine", "Left", "Ends", "Fell") if f"{name}</" in html]

    assert names("") == ["Fell"]
    assert names("state=open") == ["Mine", "Left", "Ends"]
    assert names("state=open&owner=me") == ["Mine"]
    assert names("state=open&owner=nobody") == ["Left"]
    assert names("state=open&kind=Electrical") == ["Mine"]
    assert names("state=open&soon=on") == ["Ends"]
    assert names(f"state=due&job={job.public_id}") == ["Fell"]
    assert names("state=due&owner=me") == []
    assert names("state=nonsense&owner=nonsense") == ["Fell"]


def test_each_promise_stands_on_one_page_of_the_ledger(staff_client, monkeypatch):
    from applications import promises

    monkeypatch.setattr(promises, "PER_PAGE", 2)
    now = timezone.now()
    for state, field in [("open", "until"), ("due", "due_at"), ("kept", "settled_at")]:
        for number in range(5):  # some of one moment
            moment = now + timedelta(days=40 + number // 2)
            value = moment.date() if field == "until" else moment
            PromiseFactory(candidate__name=f"{state} {number}", state=state, **{field: value})
        query, seen = f"?state={state}", []
        while query:
            html = staff_client.get(reverse("applications:promises") + query).content.decode()
            seen += re.findall(rf"<bdi>({state} \d)</bdi>", html)
            older = re.search(r'href="([^"]*)" rel="next"', html)
            query = older[1].replace("&amp;", "&") if older else ""
        expected = [f"{state} {number}" for number in range(5)]
        assert seen == (expected[::-1] if state == "kept" else expected)


def test_ticked_promises_are_handed_over(staff_client, recruiter):
    one, two = PromiseFactory(), PromiseFactory()
    address = reverse("applications:promises_hand_over")

    response = staff_client.post(
        address,
        {"promise": [one.public_id, two.public_id], "owner": recruiter.public_id,
         "query": "state=open"},
    )  # fmt: skip

    assert response["Location"].endswith("?state=open")
    assert Promise.objects.filter(owner=recruiter).count() == 2
    nobody = staff_client.post(address, {"owner": recruiter.public_id})
    assert (nobody.status_code, "Tick the promises first." in nobody.content.decode()) == (
        422,
        True,
    )


def test_the_page_of_a_promise_leads_to_what_keeps_it(staff_client):
    due = PromiseFactory(due=True)

    html = staff_client.get(page("promise", due)).content.decode()

    known = reverse("applications:known_people", args=[due.due_job.public_id])
    assert f"{known}#person-{due.candidate.public_id}" in html
    new = reverse("engagement:campaign_new")
    assert f"{new}?job={due.due_job.public_id}&amp;person={due.candidate.public_id}" in html
    for name, bad in [
        ("promise_keep", {"kind": "nonsense"}),
        ("promise_release", {"why": "asked"}),
        ("promise_extend", {"until": "2020-01-01"}),
        ("promise_hand_over", {"owner": ""}),
    ]:
        assert staff_client.post(page(name, due), bad).status_code == 422
    due.refresh_from_db()
    assert due.state == "due"


def test_a_promise_is_made_on_the_page_of_a_person(staff_client, recruiter):
    candidate = CandidateFactory()
    until = timezone.now().date() + timedelta(days=60)

    panel = staff_client.get(page("candidate_panel", candidate)).content.decode()
    assert page("person_promise_new", candidate) in panel
    staff_client.post(
        page("person_promise_new", candidate), {"families": "Electrical", "until": until}
    )

    promise = Promise.objects.get()
    assert (promise.application, promise.candidate, promise.owner) == (None, candidate, recruiter)


def test_a_promise_is_made_from_an_application(staff_client, recruiter):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)

    staff_client.post(page("promise_new", application), {"families": "Electrical", "until": until})

    promise = Promise.objects.get()
    assert (promise.application, promise.owner, promise.until) == (application, recruiter, until)
    refused = staff_client.post(page("promise_new", application), {"families": ",", "until": until})
    assert refused.status_code == 422


def test_long_and_hostile_words_are_shown_as_words(staff_client):
    job = job_with_stages(title="<script>alert(1)</script>" + "x" * 150)
    JobSkillFactory(job=job, skill__name="<i>Skill</i>")
    application = ApplicationFactory(
        job=job, candidate__name="<b>" + "N" * 190, candidate__call_name=""
    )

    for address in (page("job", job), page("pipeline", job), page("application", application)):
        html = staff_client.get(address).content.decode()
        assert ("<script>alert" in html, "<b>NNN" in html, "<i>Skill" in html) == (False,) * 3


def test_no_reason_leaves_a_gap_that_the_check_of_the_letter_finds(staff_client):
    application = ApplicationFactory(job=job_with_stages())

    html = staff_client.get(page("application_reject", application)).content.decode()

    assert "We have decided not to go on with it: {{ reason }}." in html
    assert "closer to this job" not in html


def offered(client, application, reason):
    """The letter as the form offers it for a reason."""
    values = {"reason": reason, "rewrite": "1"}
    form = client.post(page("application_reject", application), values).context["form"]
    return {name: form[name].value() for name in ("subject", "text", "written_for")}


@pytest.mark.parametrize("first", ["", "pay"])
def test_a_letter_that_nobody_changed_follows_the_reason_and_is_read_before_it_leaves(
    staff_client, first
):
    application = ApplicationFactory(job=job_with_stages())
    letter = offered(staff_client, application, first)
    letter["text"] = letter["text"].replace("\n", "\r\n")  # as browsers send it

    response = staff_client.post(page("application_reject", application), rejection(**letter))

    form = response.context["form"]
    assert (response.status_code, Letter.objects.count()) == (422, 0)
    assert form.errors["text"] == ["The letter now says what you chose. Read it, then send it."]
    assert "the work needs a skill that we did not find" in form["text"].value()
    again = {name: form[name].value() for name in letter}
    staff_client.post(page("application_reject", application), rejection(**again))
    assert "the work needs a skill" in Letter.objects.get().text


def test_a_letter_that_was_changed_is_pointed_at_when_the_reason_changes(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    letter = offered(staff_client, application, "pay")
    letter["text"] += "\nIt was good to meet you."

    response = staff_client.post(page("application_reject", application), rejection(**letter))

    form = response.context["form"]
    assert (response.status_code, Letter.objects.count()) == (422, 0)
    assert "Check that its words still fit." in form.errors["text"][0]
    assert "It was good to meet you." in form["text"].value()
    letter["written_for"] = form["written_for"].value()
    staff_client.post(page("application_reject", application), rejection(**letter))
    assert "It was good to meet you." in Letter.objects.get().text


def test_a_script_has_only_unchanged_words_written_anew(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    address = page("application_reject", application)
    letter = offered(staff_client, application, "pay")
    asked = letter | {"reason": "language", "rewrite": "untouched"}

    new = staff_client.post(address, asked).context["form"]
    kept = staff_client.post(address, asked | {"text": "Mine."}).context["form"]

    assert "a language that you did not name" in new["text"].value()
    assert (kept["text"].value(), kept["written_for"].value()) == ("Mine.", "pay")


def test_a_letter_is_written_anew_though_the_keeper_of_the_promise_is_nobody(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    until = timezone.now().date() + timedelta(days=60)
    values = rejection(keep="on", families="Data", until=until, owner="nobody", rewrite="1")

    assert staff_client.post(page("application_reject", application), values).status_code == 200
