"""Whoever was erased and applies again gets the letters about that; job emails stay off (P-19).

An erasure used to suppress an address for every email. Addresses of people who came back are asked
again of the memory, under all keys, as whoever adds an address does.
"""

import hashlib
import hmac

from django.conf import settings
from django.db import migrations

CHUNK = 1000


def narrow(apps, schema_editor):
    suppressions = apps.get_model("candidates", "Suppression").objects
    erased = suppressions.filter(scope="all", reason="erased")
    known = set(suppressions.filter(scope="nurture").values_list("digest", flat=True))
    erased.filter(digest__in=known).delete()
    erased.update(scope="nurture")
    _ask_again(apps.get_model("candidates", "EmailAddress"), suppressions)


def _ask_again(addresses, suppressions):
    held = addresses.objects.filter(suppressed="all").order_by("pk")
    after = 0
    while chunk := list(held.filter(pk__gt=after)[:CHUNK]):
        after = chunk[-1].pk
        digests = {email.pk: _digests_of(email.broad) for email in chunk}
        wider = set(
            suppressions.filter(
                digest__in=[one for several in digests.values() for one in several], scope="all"
            )
            .exclude(reason="bounced")
            .values_list("digest", flat=True)
        )
        free = [email.pk for email in chunk if wider.isdisjoint(digests[email.pk])]
        addresses.objects.filter(pk__in=free).update(suppressed="nurture")


def _digests_of(broad):
    return [
        hmac.new(key.encode(), broad.encode(), hashlib.sha256).hexdigest()
        for key in settings.SUPPRESSION_KEYS
    ]


def widen(apps, schema_editor):
    """The stricter rule of before: nothing that an erasure remembered may be written to."""
    suppressions = apps.get_model("candidates", "Suppression").objects
    known = set(suppressions.filter(scope="all").values_list("digest", flat=True))
    erased = suppressions.filter(scope="nurture", reason="erased")
    erased.exclude(digest__in=known).update(scope="all")


class Migration(migrations.Migration):
    dependencies = [("candidates", "0025_saved_views")]
    operations = [migrations.RunPython(narrow, widen)]
