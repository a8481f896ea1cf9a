"""Somebody with a mailbox, who asks for a code."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from candidates.models import Candidate
from engagement import tasks
from tests.factories.candidates import CandidateFactory
from tests.smtp import SmtpServer

ADDRESS = "ana@mail.example"
VISIT = "__Host-visit"


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", call_name="Ana", email__address=ADDRESS)


def ask(visitor: Client, address: str = ADDRESS) -> HttpResponse:
    return visitor.post("/s/ask", {"address": address})


def mailed(server: SmtpServer) -> str:
    """Have everything sent; return the plain text of the last email."""
    tasks.send_codes()
    tasks.deliver()
    return server.messages[-1].get_body(("plain",)).get_content().replace("\r", "")


def code_in(text: str) -> str:
    return re.search(r"^\d{6}$", text, re.MULTILINE)[0]


def link_in(text: str) -> str:
    return re.search(r"/s/in/\S+", text)[0]


def hidden(response: HttpResponse, name: str = "proof") -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def come_in(visitor: Client, server: SmtpServer, address: str = ADDRESS) -> HttpResponse:
    ask(visitor, address)
    return visitor.post("/s/code", {"code": code_in(mailed(server))}, follow=True)
