"""Pages of measures of this floor: job emails, and who looked before they left."""

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, requires
from accounts.permissions import Permission
from applications.views.reports import file, page
from engagement.measures import NURTURE, OVERSIGHT, SURVEY


@require_safe
@requires(Permission.VIEW_HOUSE_REPORTS)
def survey(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        SURVEY,
        "engagement:report_survey",
        title="What people say",
        lead="What people answer to our four questions once they know how it ended. Only totals:"
        " nobody reads who said what.",
    )


@require_safe
@requires(Permission.VIEW_HOUSE_REPORTS)
def survey_csv(request: StaffRequest) -> StreamingHttpResponse:
    return file(request, SURVEY, "what-people-say")


@require_safe
@requires(Permission.VIEW_HOUSE_REPORTS)
def nurture(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        NURTURE,
        "engagement:report_nurture",
        title="Job emails and people we know",
        lead="What comes of writing to people we know. Nobody is followed: we count what people say"
        " and do, not what they open or click.",
    )


@require_safe
@requires(Permission.VIEW_HOUSE_REPORTS)
def nurture_csv(request: StaffRequest) -> StreamingHttpResponse:
    return file(request, NURTURE, "job-emails")


@require_safe
@requires(Permission.VIEW_OVERSIGHT)
def oversight(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        OVERSIGHT,
        "engagement:report_oversight",
        title="Oversight",
        lead="Whether people decide, or only press the button: how campaigns were approved.",
    )


@require_safe
@requires(Permission.VIEW_OVERSIGHT)
def oversight_csv(request: StaffRequest) -> StreamingHttpResponse:
    return file(request, OVERSIGHT, "oversight")
