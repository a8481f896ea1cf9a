"""Whether somebody's own words say that they are a minor (C-32)."""

from datetime import date

import pytest

from candidates.ages import words_of_a_minor

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, I am 16 years old and like boats.", "I am 16 years old"),
        ("I'm only 15.", "I'm only 15"),
        ("I’m 17 and still at school", "I’m 17"),
        ("Sorry, I am still under 18!", "I am still under 18"),
        ("I'm a minor", "I'm a minor"),
        ("J'ai 16 ans, je cherche un stage.", "J'ai 16 ans"),
        ("Je n’ai que 15 ans", "Je n’ai que 15 ans"),
        ("Je suis encore mineure.", "Je suis encore mineure"),
        ("Ich bin erst 16 Jahre alt", "Ich bin erst 16 Jahre alt"),
        ("Ich bin noch minderjährig.", "Ich bin noch minderjährig"),
        ("عمري 16 سنة", "عمري 16"),
        ("عمري ١٧ سنة", "عمري ١٧"),
        ("أنا قاصر", "أنا قاصر"),
        ("Date of birth: 24 November 2008", "Date of birth"),
        ("DOB 2010-03-04", "DOB"),
        ("Born on March 4, 2010 in Leith", "Born on"),
        ("Date de naissance : 04/03/2010", "Date de naissance"),
        ("Née le 4 mars 2010", "Née le"),
        ("Geboren am 4. März 2010", "Geboren am"),
        ("Geburtsdatum: 04.03.2010", "Geburtsdatum"),
        ("تاريخ الميلاد: 4/3/2010", "تاريخ الميلاد"),
        ("Date of birth: 12/11/2008", "Date of birth"),  # 11 December or 12 November: the younger
    ],
)
def test_who_says_that_they_are_a_minor(text, words):
    assert words_of_a_minor(text, TODAY) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I am 18 and finished school.",
        "I'm 15 minutes late, sorry.",
        "I am 16 km from the yard.",
        "I'm 45.",
        "J'ai 15 ans d'expérience.",
        "J'ai 12 ans d’expérience en mer",
        "Ich bin 17 Kilometer entfernt",
        "My son is 16 years old.",
        "I have 16 years of experience.",
        "I am 7.",
        "Date of birth: 23 November 2008",  # eighteen today
        "Date of birth: 31/31/2010",
        "Date of birth: 4 March 2024",  # a child of theirs
        "Born in 2010",
        "The company was born on 4 March 1998",
    ],
)
def test_who_does_not(text):
    assert words_of_a_minor(text, TODAY) == ""


def test_the_date_itself_is_not_among_the_words():
    assert "2010" not in words_of_a_minor("Date of birth: 4 March 2010", TODAY)
