"""The pages that answer people, and a letter to type there."""

from django.urls import reverse

TEXT = "Hello,\n\nthank you for your application. We decided to go on with somebody else.\n"
LETTER = {"subject": "Yours", "text": TEXT, "leaves": "morning"}


def page(name, thing):
    return reverse(f"applications:{name}", args=[thing.public_id])


def html_of(response):
    return response.content.decode()
