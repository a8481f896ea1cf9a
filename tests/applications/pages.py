"""Addresses of the pages about applications, and what they said."""

from django.urls import reverse

TEXT = "Hello,\n\nthank you for your application. We decided to go on with somebody else.\n"


def page(name, thing, **kwargs):
    return reverse(f"applications:{name}", args=[thing.public_id], **kwargs)
