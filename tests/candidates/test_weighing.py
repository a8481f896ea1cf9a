"""What speaks for two records being one person, and how much: pure, without a database."""

import pytest

from candidates.duplicates.names import is_same_name
from candidates.duplicates.reasons import reason
from candidates.duplicates.weighing import POSSIBLE, SURE, Facts, Rarity, weigh

CROWD = Rarity(
    people=100_000,
    words={"rosa": 300, "osei": 12, "anna": 900, "smith": 4000, "robert": 800, "bob": 200},
    employers={"tidal works": 200},
    cities={"bristol": 4000},
)


def facts(name, **other):
    sets = {"phones", "links", "emails", "locals"}
    return Facts(
        words=tuple(name.split()),
        **{key: frozenset([v]) if key in sets else v for key, v in other.items()},
    )


def verdict(one, other):
    return weigh(one, other, CROWD)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("rosa osei", "rosa osei", "same_name"),
        ("rosa osei", "osei rosa", "swapped_name"),
        ("rosa osei", "rosa maria osei", "part_of_name"),
        ("robert osei", "bob osei", "nickname"),
        ("rosalind osei", "rosa osei", "nickname"),
        ("rosa osei", "rosa oesi", "close_name"),
        ("rosa osei", "r osei", "initial"),
    ],
)
def test_how_names_agree(one, other, code):
    assert verdict(facts(one), facts(other)).reasons == (code,)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"phones": "700900123"}, "same_phone"),
        ({"links": "linkedin.com/in/rosa"}, "same_link"),
        ({"emails": "rosa@x.example"}, "same_mailbox"),
        ({"emails": "a@x.example", "employer": "tidal works"}, "same_employer"),
        ({"city": "bristol"}, "same_city"),
        ({"title": "buyer", "employer": "tidal works"}, "same_title"),
    ],
)
def test_what_else_agrees(what, code):
    assert code in verdict(facts("rosa osei", **what), facts("rosa osei", **what)).reasons


@pytest.mark.parametrize(
    ("mine", "theirs", "code"),
    [
        ({"phones": "700900123"}, {"phones": "700900999"}, "other_phone"),
        ({"phones": "700900123"}, {"phones": "700900124"}, "close_phone"),
        ({"links": "linkedin.com/in/a"}, {"links": "linkedin.com/in/b"}, "other_link"),
        ({"employer": "tidal works"}, {"employer": "farrow data"}, "other_employer"),
        ({"employer": "tidal works"}, {"employer": "tidal wroks"}, "close_employer"),
        ({"city": "bristol"}, {"city": "leeds"}, "other_city"),
        ({"city": "bristol", "country": "GB"}, {"city": "lyon", "country": "FR"}, "other_country"),
    ],
)
def test_what_differs(mine, theirs, code):
    assert code in verdict(facts("rosa osei", **mine), facts("rosa osei", **theirs)).reasons


def test_a_rare_name_says_more_than_a_common_one():
    rare = verdict(facts("rosa osei"), facts("rosa osei"))
    common = verdict(facts("anna smith"), facts("anna smith"))

    assert rare.bits > common.bits + 5
    assert (rare.is_possible, common.is_possible) == (True, False)


def test_the_same_name_and_phone_are_sure():
    one = facts("rosa osei", phones="700900123")

    assert verdict(one, one).is_sure


def test_the_same_name_and_employer_are_sure():
    one = facts("rosa osei", employer="tidal works", city="bristol")

    assert verdict(one, one).is_sure


def test_name_and_place_alone_are_never_sure():
    one = facts("xaviera quillfeather", city="bristol")
    found = verdict(one, one)

    assert (found.bits > SURE, found.is_sure, found.is_possible) == (True, False, True)


def test_a_family_with_one_phone_is_not_one_person():
    one = facts("rosa osei", phones="700900123", city="bristol")
    other = facts("kofi osei", phones="700900123", city="bristol")
    found = verdict(one, other)

    assert (found.is_sure, found.reasons[0]) == (False, "same_phone")


def test_a_switchboard_says_less_than_a_phone():
    one = facts("rosa osei", phones="700900123")
    busy = Rarity(people=100_000, words=CROWD.words, phones={"700900123": 40})

    assert weigh(one, one, busy).bits < verdict(one, one).bits - 8


def test_an_email_name_made_of_the_name_says_little():
    made = [facts("rosa osei", emails=f"{n}@x.example", locals="rosaosei") for n in (1, 2)]
    own = [facts("rosa osei", emails=f"{n}@x.example", locals="sparkydan") for n in (1, 2)]

    assert "same_local" not in verdict(*made).reasons
    assert "same_local" in verdict(*own).reasons
    assert verdict(*own).bits > verdict(*made).bits


def test_strangers_are_far_below():
    assert verdict(facts("rosa osei"), facts("bob smith")).bits < POSSIBLE - 10


def test_no_name_is_no_evidence():
    assert verdict(facts(""), facts("")).reasons == ()


def test_it_does_not_matter_who_comes_first():
    one = facts("rosa maria osei", phones="700900123", city="bristol")
    other = facts("osei rosa", phones="700900123", city="leeds")

    assert verdict(one, other).bits == verdict(other, one).bits


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("bob", "robert", True), ("alex", "sandra", True), ("rosa", "rose", False), ("x", "y", False)],
)
def test_short_forms(one, other, same):
    assert is_same_name(one, other) is same


def test_a_code_of_a_later_version_is_shown_as_it_is():
    assert (reason("same_shoe").words, reason("same_shoe").speaks_for) == ("Same shoe", True)
    assert reason("other_city").speaks_for is False
