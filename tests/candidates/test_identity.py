import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.identity import (
    broad_email,
    canonical_email,
    canonical_link,
    canonical_phone,
    tidy_name,
)


@pytest.mark.parametrize(
    ("address", "canonical", "broad"),
    [
        ("Ana@Ex.example", "ana@ex.example", "ana@ex.example"),
        (" ana+jobs@ex.example ", "ana+jobs@ex.example", "ana@ex.example"),
        ("a.na@ex.example", "a.na@ex.example", "a.na@ex.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("Zoe\u0308@ex.example", "zo\u00eb@ex.example", "zo\u00eb@ex.example"),
        ("STRASSE@ex.example", "strasse@ex.example", "strasse@ex.example"),
        ("+tag@ex.example", "+tag@ex.example", "+tag@ex.example"),
        ("a+b+c@ex.example", "a+b+c@ex.example", "a@ex.example"),
        ("no address", "no address", "no address"),
        (f"a@{'x' * 70}.example", f"a@{'x' * 70}.example", f"a@{'x' * 70}.example"),
    ],
)
def test_addresses(address, canonical, broad):
    assert (canonical_email(address), broad_email(address)) == (canonical, broad)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["ana@ex.example", "ana+jobs@ex.example", "+tag@ex.example", "a+b+c@ex.example"]
)
def test_the_database_folds_the_plus_tag_alike(address):
    from tests.factories.candidates import EmailAddressFactory

    email = EmailAddressFactory(address=address)
    email.refresh_from_db()

    assert email.broad == broad_email(address)


@given(st.text(alphabet=string.ascii_letters + string.digits + "+.-_", min_size=1, max_size=20))
def test_canonical_is_stable(local):
    once = canonical_email(f"{local}@Mail.Example")

    assert canonical_email(once) == once
    assert canonical_email(f"{local.swapcase()}@MAIL.example") == once


@given(st.text(max_size=60))
def test_any_text_is_survived(text):
    canonical_email(text)
    broad_email(text)
    canonical_phone(text, "GB")
    tidy_name(text)


@pytest.mark.parametrize(
    ("number", "country", "canonical"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("+44 (0)7700 900-123", "", "+447700900123"),
        ("0044 7700 900123", "", "+447700900123"),
        ("07700 900123", "", "07700900123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("０７７００ ９００１２３", "GB", "+447700900123"),
        ("call me", "GB", ""),
    ],
)
def test_phones(number, country, canonical):
    assert canonical_phone(number, country) == canonical


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://www.LinkedIn.com/in/Rosa-Osei/?trk=x", "linkedin.com/in/rosa-osei"),
        ("http://uk.linkedin.com/in/rosa-osei", "linkedin.com/in/rosa-osei"),
        ("github.com/Rosa", "github.com/rosa"),
        ("https://rosa.example/CV", "rosa.example/CV"),
    ],
)
def test_links(url, canonical):
    assert canonical_link(url) == canonical


def test_names_are_tidied():
    assert tidy_name("  Zoe\u0308   van\tHagen ") == "Zo\u00eb van Hagen"
