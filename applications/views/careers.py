"""What candidates read: the list of jobs, one job, and the same for machines. Sets no cookie."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from accounts import languages
from accounts.models import Organisation
from applications import first_look, markup, postings, record, record_words
from applications.forms.careers import CareersForm
from applications.models import Job
from applications.models.jobs import JobQuerySet
from applications.views.common import address_of
from candidates import policies

PER_PAGE = 30
FRESH = 60  # seconds that a page may be shown again without asking
IN_FEEDS = 1000
IN_NEWS = 50
_NONE: "AttributesImpl[str]" = AttributesImpl({})
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
View = Callable[..., HttpResponse]


def in_their_language(view: View) -> View:
    """Let a page speak the language of its reader (`accounts.languages`)."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with languages.speaking(languages.of(request)):
            response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return page


def public_page(view: View) -> View:
    """Open a reading page to everybody, and let browsers and proxies keep it for a minute."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = in_their_language(view)(request, *args, **kwargs)
        if response.status_code == 200 and not response.has_header("Cache-Control"):
            response["Cache-Control"] = f"public, max-age={FRESH}"
        return response

    return login_not_required(require_safe(page))


@public_page
def careers(request: HttpRequest) -> HttpResponse:
    """List the jobs that people can apply for."""
    jobs = on_careers()
    form = CareersForm(request.GET, jobs=jobs)
    found = form.apply(jobs).select_related("department").prefetch_related("offices")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    organisation = Organisation.current()
    on_show = record.shown(organisation, timezone.now())
    context = {
        "form": form,
        "page": page,
        "jobs": [posting_row(job) for job in page],
        "is_filtered": bool(form.chosen),
        "query": f"{query.urlencode()}&" if query else "",
        "canonical": settings.BASE_URL + reverse("applications:careers"),
        "community": address_of("engagement:join"),
        "organisation": organisation,
        "record": on_show,
        "newest": record_words.newest_of(on_show) if on_show else None,
    }
    return render(request, "applications/careers/list.html", context)


@public_page
def our_record(request: HttpRequest) -> HttpResponse:
    """Say how we treated people who applied, how that is counted, and how it was before."""
    organisation = Organisation.current()
    found = record.shown(organisation, timezone.now())
    if found is None:
        raise Http404
    context = {
        "organisation": organisation,
        "parts": record_words.parts_of(found),
        "canonical": settings.BASE_URL + reverse("applications:our_record"),
    }
    return render(request, "applications/careers/our_record.html", context)


@public_page
def career(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The address that older emails hold: leads to the readable one."""
    job = get_object_or_404(Job.objects.exclude(status=Job.Status.DRAFT), public_id=public_id)
    if not first_look.may_see(request, job):
        raise Http404
    return redirect(postings.path_of(job), permanent=job.is_public(timezone.now()))


@public_page
def posting(request: HttpRequest, key: str) -> HttpResponse:
    """Show one job; a closed one says so, with what else there is. A draft is nobody's to see."""
    job = job_behind(request, key)
    is_public = job.is_public(timezone.now())
    if key != postings.key_of(job):
        return redirect(first_look.path_of(job), permanent=is_public)
    if not job.takes_applications(timezone.now()):
        return closed(request, job)
    organisation = Organisation.current()
    context = {
        "job": job,
        "key": key,
        "where": postings.where_of(job),
        "description": markup.to_html(job.description),
        "summary": postings.summary_of(job),
        "public_from": "" if is_public else first_look.said_of(job),
        "look": "" if is_public else first_look.suffix_of(job),
        "canonical": postings.url_of(job) if is_public else "",
        "organisation": organisation,
        "data": postings.script_of(postings.posting_of(job, organisation)) if is_public else "",
    }
    response = render(request, "applications/careers/job.html", context)
    if not is_public:  # no proxy keeps it for others
        response["Cache-Control"] = "no-store"
    return response


def closed(request: HttpRequest, job: Job, **typed: Any) -> HttpResponse:
    """Say that nobody can apply any more (410), and name other jobs of that kind.

    typed: what somebody was about to send when it closed, so that it is not lost.
    """
    others = on_careers().exclude(pk=job.pk).prefetch_related("offices")
    alike = list(others.filter(family=job.family)[:5]) if job.family else []
    context = {
        "job": job,
        "is_on_hold": job.status == Job.Status.ON_HOLD,
        "others": [posting_row(other) for other in alike or others[:5]],
        "community": address_of("engagement:join"),
        **typed,
    }
    return render(request, "applications/careers/closed.html", context, status=410)


@public_page
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """Say in short what becomes of what people send us."""
    organisation = Organisation.current()
    policy = policies.of_place(organisation.country)
    context = {"organisation": organisation, "pool": policy.pool, "evidence": policy.evidence}
    return render(request, "applications/careers/privacy.html", context)


@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """The newest jobs as an Atom feed."""
    organisation = Organisation.current()
    news = Atom1Feed(
        title=f"Jobs at {organisation.name}",
        link=settings.BASE_URL + reverse("applications:careers"),
        description="",
        feed_url=settings.BASE_URL + reverse("applications:careers_feed"),
        language=organisation.language,
    )
    for job in on_careers().prefetch_related("offices")[:IN_NEWS]:
        news.add_item(
            title=job.title,
            link=postings.url_of(job),
            description=postings.summary_of(job),
            unique_id=f"urn:uuid:{job.public_id}",
            pubdate=job.opened_at,
            updateddate=job.opened_at,
        )
    return HttpResponse(
        news.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


@public_page
def jobs_xml(request: HttpRequest) -> HttpResponse:
    """Every open job with its whole text: for job boards that ask for a file."""
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    organisation = Organisation.current()
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("source", _NONE)
    xml.addQuickElement("publisher", organisation.name)
    xml.addQuickElement("publisherurl", settings.BASE_URL + reverse("applications:careers"))
    jobs = on_careers().select_related("department").prefetch_related("offices")
    for job in jobs[:IN_FEEDS]:
        xml.startElement("job", _NONE)
        for name, value in _xml_facts(job, organisation).items():
            if value:
                xml.addQuickElement(name, value)
        xml.endElement("job")
    xml.endElement("source")
    xml.endDocument()
    return response


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": _SITEMAP}))
    first = settings.BASE_URL + reverse("applications:careers")
    addresses: list[tuple[str, datetime | None]] = [(first, None)]
    jobs = on_careers().only("title", "public_id", "opened_at", "status")
    addresses += [(postings.url_of(job), job.opened_at) for job in jobs[:50_000]]
    for address, opened_at in addresses:
        xml.startElement("url", _NONE)
        xml.addQuickElement("loc", address)
        if opened_at:
            xml.addQuickElement("lastmod", opened_at.date().isoformat())
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return response


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Open to search engines: the careers site. What stands behind the sign-in is not."""
    lines = [
        "User-agent: *",
        "Allow: /careers",
        "Allow: /static/",
        "Disallow: /",
        "",
        f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def on_careers() -> JobQuerySet:
    return Job.objects.on_careers(timezone.now()).order_by("-opened_at", "-pk")


def job_behind(request: HttpRequest, key: str) -> Job:
    """Return the job that an address names, whatever its words. A draft is not found, nor is one
    that is not public yet, unless the address holds its link (`first_look`)."""
    job = job_of_key(key)
    if not first_look.may_see(request, job):
        raise Http404
    return job


def job_of_key(key: str) -> Job:
    first, last = postings.range_of_key(key)
    jobs = Job.objects.exclude(status=Job.Status.DRAFT).filter(
        public_id__gte=first, public_id__lte=last
    )
    job = jobs.select_related("owner", "department").prefetch_related("offices").first()
    if job is None:
        raise Http404
    return job


def posting_row(job: Job) -> dict[str, Any]:
    return {"job": job, "address": postings.path_of(job), "where": postings.where_of(job)}


def _xml_facts(job: Job, organisation: Organisation) -> dict[str, str]:
    office = next(iter(job.offices.all()), None)
    return {
        "title": job.title,
        "date": job.opened_at.isoformat() if job.opened_at else "",
        "referencenumber": str(job.public_id),
        "requisitionid": job.requisition,
        "url": postings.url_of(job),
        "company": organisation.name,
        "city": office.city if office else "",
        "state": office.region if office else "",
        "country": office.country if office else organisation.country,
        "remotetype": job.get_work_mode_display(),
        "category": job.family,
        "jobtype": job.get_employment_display(),
        "salary": f"{job.pay_text} a year" if job.pay_text else "",
        "expirationdate": job.apply_by.isoformat() if job.apply_by else "",
        "description": str(markup.to_html(job.description)),
    }
