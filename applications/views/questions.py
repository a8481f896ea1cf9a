"""The questions that the form of a job asks: a part of the job's pages."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import questions as act
from applications.forms.questions import QuestionForm
from applications.models import Job, Question
from applications.views.common import address_of, job_of, job_tabs


@requires(Permission.EDIT_JOBS)
def job_questions(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """List what the form asks, and take a new question."""
    job = job_of(request, public_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            act.add_question(job, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The form asks it from now on.")
            return redirect("applications:job_questions", public_id)
    context = {
        "job": job,
        "form": form,
        "questions": list(job.questions.all()),
        "is_in_the_eu": act.is_in_the_eu(job),
        "tabs": job_tabs(request, job, "applications:job_questions"),
    }
    status = 422 if form.errors else 200
    return render(request, "applications/job_questions.html", context, status=status)


@requires(Permission.EDIT_JOBS)
def question_edit(
    request: StaffRequest, public_id: uuid.UUID, question_id: uuid.UUID
) -> HttpResponse:
    job = job_of(request, public_id)
    question = _question(job, question_id)
    form = QuestionForm(request.POST or None, initial=QuestionForm.values_of(question))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            act.change_question(question, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Saved. Answers given so far keep the words that were asked.")
            return redirect("applications:job_questions", public_id)
    context = {"job": job, "question": question, "form": form}
    status = 422 if form.errors else 200
    return render(request, "applications/question_edit.html", context, status=status)


@require_POST
@requires(Permission.EDIT_JOBS)
def question_move(
    request: StaffRequest, public_id: uuid.UUID, question_id: uuid.UUID
) -> HttpResponse:
    """Move a question one place: `direction` is earlier or later."""
    question = _question(job_of(request, public_id), question_id)
    earlier = request.POST.get("direction") != "later"
    act.move_question(question, earlier=earlier, by=request.user)
    address = address_of("applications:job_questions", public_id)
    return redirect(f"{address}#question-{question.public_id}")


@require_POST
@requires(Permission.EDIT_JOBS)
def question_remove(
    request: StaffRequest, public_id: uuid.UUID, question_id: uuid.UUID
) -> HttpResponse:
    question = _question(job_of(request, public_id), question_id)
    act.remove_question(question, by=request.user)
    messages.success(request, "The form asks it no more. Answers given so far stay.")
    return redirect("applications:job_questions", public_id)


def _question(job: Job, question_id: uuid.UUID) -> Question:
    question = job.questions.filter(public_id=question_id).first()
    if question is None:
        raise Http404
    return question
