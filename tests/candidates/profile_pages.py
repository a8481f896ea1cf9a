"""Addresses of the pages about one person."""

from django.urls import reverse


def address(candidate, name="profile"):
    return reverse(f"candidates:{name}", args=[candidate.public_id])
