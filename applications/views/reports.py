"""Pages of measures: what candidates go through with us, quarter by quarter."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, requires
from accounts.models import User
from accounts.permissions import Permission, may
from applications import reports
from applications.forms.reports import PeriodForm
from applications.measures import EXPERIENCE, PIPELINE, RIGHTS
from applications.measures.shapes import Measure
from applications.views.common import address_of
from candidates.exports import csv_lines

TABS = (
    ("Experience", "applications:report_experience", Permission.VIEW_REPORTS),
    ("Offers and interviews", "applications:report_pipeline", Permission.VIEW_REPORTS),
    ("What people say", "engagement:report_survey", Permission.VIEW_HOUSE_REPORTS),
    ("Job emails", "engagement:report_nurture", Permission.VIEW_HOUSE_REPORTS),
    ("Oversight", "engagement:report_oversight", Permission.VIEW_OVERSIGHT),
    ("Feedback to rate", "applications:feedback_ratings", Permission.CLOSE_APPLICATION),
    ("Requests about data", "applications:report_rights", Permission.MANAGE_PRIVACY),
)


@require_safe
@requires(Permission.VIEW_REPORTS)
def experience(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        EXPERIENCE,
        "applications:report_experience",
        title="What candidates go through",
        lead="How long people wait for us, and how often we keep our word. We compare ourselves"
        " with our own past.",
    )


@require_safe
@requires(Permission.VIEW_REPORTS)
def experience_csv(request: StaffRequest) -> StreamingHttpResponse:
    return file(request, EXPERIENCE, "experience")


@require_safe
@requires(Permission.VIEW_REPORTS)
def pipeline(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        PIPELINE,
        "applications:report_pipeline",
        title="Offers and interviews",
        lead="How many take our offer, and what an application costs people until then.",
    )


@require_safe
@requires(Permission.VIEW_REPORTS)
def pipeline_csv(request: StaffRequest) -> StreamingHttpResponse:
    return file(request, PIPELINE, "offers-and-interviews")


@require_safe
@requires(Permission.MANAGE_PRIVACY)
def rights(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        RIGHTS,
        "applications:report_rights",
        title="Requests about data",
        lead="How soon people get what they ask about their data. Who asked what is in the register"
        " under Privacy.",
    )


@require_safe
@requires(Permission.MANAGE_PRIVACY)
def rights_csv(request: StaffRequest) -> StreamingHttpResponse:
    return file(request, RIGHTS, "requests-about-data")


def page(
    request: StaffRequest, measures: Iterable[Measure], name: str, *, title: str, lead: str
) -> HttpResponse:
    """Show some measures, of the jobs that the colleague sees. name: of the route of the page."""
    form, jobs = _form(request), reports.jobs_of(request.user)
    sections = reports.sections_of(measures, form.last, timezone.now(), jobs)
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "sections": sections,
        "counted_at": min(section.counted_at for section in sections),
        "is_own_jobs": jobs is not None and any(s.measure.has_jobs for s in sections),
        "address": address_of(name),
        "csv": f"{address_of(f'{name}_csv')}?until={form.last.isoformat()}",
        "tabs": tabs_of(request.user, name),
    }
    return render(request, "applications/report.html", context)


def tabs_of(user: User, name: str) -> list[dict[str, object]]:
    """Return the pages of measures that a colleague may open. name: of the route of this one."""
    return [
        {"label": label, "href": address, "current": route == name, "count": None}
        for label, route, permission in TABS
        if may(user, permission) and (address := address_of(route))
    ]


def file(request: StaffRequest, measures: Iterable[Measure], name: str) -> StreamingHttpResponse:
    """Give the figures of a page as a file for spreadsheets."""
    form, jobs = _form(request), reports.jobs_of(request.user)
    sections = reports.sections_of(measures, form.last, timezone.now(), jobs)
    lines = csv_lines(reports.csv_rows(sections))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{form.last}.csv"'
    return response


def _form(request: StaffRequest) -> PeriodForm:
    return PeriodForm(request.GET or None, this=reports.this_quarter(timezone.now()))
