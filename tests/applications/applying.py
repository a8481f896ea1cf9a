"""A form of the careers site, filled in and sent."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.humans import make_stamp
from applications import postings
from applications.actions.jobs import add_standard_stages
from tests.factories.applications import JobFactory, OfficeFactory

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
ANA = "ana@mail.example"


def open_job(**fields):
    job = JobFactory(**fields)
    add_standard_stages(job)
    job.offices.add(OfficeFactory())
    return job


def cv(name="cv.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def typed(**fields):
    sent = {
        "stamp": make_stamp(at=timezone.now().timestamp() - 20),
        "name": "Ana Horvat",
        "email": ANA,
        "link": "https://portfolio.example/ana",
        **fields,
    }
    return {name: value for name, value in sent.items() if value is not None}


def send(job, client=None, **fields):
    address = reverse("applications:apply", args=[postings.key_of(job)])
    return (client or Client(enforce_csrf_checks=True)).post(address, typed(**fields))


def thanks(response):
    page = Client().get(response["Location"])
    return page.status_code, page.content.decode()


def only(model):
    return model.objects.get()
