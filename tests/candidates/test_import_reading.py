"""Files as people export them, and files that are none."""

import io

import pytest
from django.core.exceptions import ValidationError

from candidates.imports import columns, reading
from candidates.imports.fields import MOST_VALUES, parse_day
from candidates.imports.rows import RowForm

HALF = (
    "The past application lacks its outcome. Fill that in, or clear the other columns of the"
    " application."
)


def _records(content: bytes) -> list[list[str]]:
    file = io.BytesIO(content)
    shape = reading.shape_of(file)
    return [record.cells for record in reading.records(file, shape.encoding, shape.delimiter)]


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        ("Name,Email\nZoë,z@x.example\n".encode(), "utf-8", ","),
        ("\ufeffName;Email\r\nZoë;z@x.example\r\n".encode(), "utf-8-sig", ";"),
        ("Name\tEmail\nZoë\tz@x.example\n".encode("utf-16"), "utf-16", "\t"),
        ("Name|Email\nZoë|z@x.example\n".encode("cp1252"), "cp1252", "|"),
        ("Name;Notes\nZoë;“clever”, calm\n".encode("cp1252"), "cp1252", ";"),
    ],
)
def test_encoding_and_delimiter_are_found(content, encoding, delimiter):
    shape = reading.shape_of(io.BytesIO(content))

    assert (shape.encoding, shape.delimiter) == (encoding, delimiter)
    assert _records(content)[0][0] == "Zoë"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_an_encoding_is_called_by_the_name_people_know(encoding, name):
    assert reading.encoding_name(encoding) == name


def test_quoted_line_breaks_stay_in_their_cell_and_lines_are_counted():
    content = b'Name;Remarks\n"Ann";"one\ntwo"\nBo;three\n'

    file = io.BytesIO(content)
    found = [(r.number, r.cells) for r in reading.records(file, "utf-8", ";")]

    assert found == [(2, ["Ann", "one\ntwo"]), (4, ["Bo", "three"])]


def test_form_feed_in_a_cell_does_not_end_the_line():
    assert _records(b"Name,Remarks\nAnn,one\x0ctwo\nBo,\n") == [["Ann", "one\x0ctwo"], ["Bo", ""]]


def test_empty_lines_are_left_out():
    assert _records(b"\n\nName,Email\n\nAnn,a@x.example\n,\n") == [["Ann", "a@x.example"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"Name,Email\n", "no_rows"),
        (b"PK\x03\x04 and the rest of a workbook", "not_csv"),
        (b"%PDF-1.7", "not_csv"),
        (b"Name,Email\nA\x00nn,x\n", "binary"),
        (bytes(range(1, 32)) * 20, "binary"),
        (",".join(f"c{n}" for n in range(200)).encode() + b"\n1\n", "too_wide"),
    ],
)
def test_what_is_no_list_of_people_is_refused(content, code):
    with pytest.raises(ValidationError) as refusal:
        reading.shape_of(io.BytesIO(content))

    assert refusal.value.code == code


def test_a_cell_that_is_too_long_is_refused_with_its_line():
    content = b"Name,Email\nAnn,a@x.example\nBo," + b"x" * 10_001 + b"\n"

    with pytest.raises(ValidationError, match="line 3") as refusal:
        _records(content)

    assert refusal.value.code == "malformed"


def test_file_over_the_limit_is_refused_without_reading_it_all(monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)

    with pytest.raises(ValidationError) as refusal:
        reading.shape_of(io.BytesIO(b"Name\n" + b"x" * 2000))

    assert refusal.value.code == "too_large"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    with pytest.raises(ValidationError) as refusal:
        _records(b"Name\na\nb\nc\n")

    assert refusal.value.code == "too_many_rows"


@pytest.mark.django_db
def test_columns_are_guessed_and_remembered():
    headers = ["E-Mail", "Prénom", "Nom", "Fachgebiet"]
    assert columns.guess(headers) == {"0": "emails", "1": "given_name", "2": "family_name"}

    columns.remember(headers, {"0": "emails", "3": "skills"})

    assert columns.guess(headers) == {"0": "emails", "3": "skills"}


def test_field_is_guessed_once_but_lists_as_often_as_they_stand():
    assert columns.fold("  E-Mail (work) ") == "e mail work"
    assert columns.values_of(["a@x.example", "b@x.example"], {"0": "emails", "1": "emails"}) == {
        "emails": "a@x.example\nb@x.example"
    }


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2025-03-04", True, "2025-03-04"),
        ("04/03/2025", True, "2025-03-04"),
        ("04/03/2025", False, "2025-04-03"),
        ("13/03/2025", False, "2025-03-13"),
        ("4.3.2025", True, "2025-03-04"),
        ("4 March 2025", True, "2025-03-04"),
        ("Mar 4, 2025", True, "2025-03-04"),
        ("2025-03-04T09:30:00Z", True, "2025-03-04"),
        ("31/02/2025", True, None),
        ("soon", True, None),
    ],
)
def test_days_are_understood_as_people_write_them(text, day_first, expected):
    day = parse_day(text, day_first=day_first)

    assert (day.isoformat() if day else None) == expected


def _check(**values: str) -> tuple[dict, list[str]]:
    return RowForm(set(values)).check(values)


def test_row_form_cleans_lists_and_facts():
    cleaned, errors = _check(
        name="  Ann   Lee ",
        emails="Ann@X.example; ann@x.example, a2@x.example",
        skills="HV isolation | BOSIET",
        country="Poland",
        seniority="Senior Electrician",
        salary_expectation="45,000.00",
        salary_currency="gbp",
    )

    assert errors == []
    assert cleaned["name"] == "Ann Lee"
    assert cleaned["emails"] == ["Ann@X.example", "a2@x.example"]
    assert cleaned["skills"] == ["HV isolation", "BOSIET"]
    assert (cleaned["country"], cleaned["seniority"]) == ("PL", 4)
    assert (cleaned["salary_expectation"], cleaned["salary_currency"]) == (4_500_000, "GBP")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "", "emails": "a@x.example"}, "There is no name on this line."),
        (
            {"name": "Ann", "emails": "ann at x"},
            "Email addresses: “ann at x” is not an email address.",
        ),
        (
            {"name": "Ann", "consent_on": "soon"},
            "Consent: day: “soon” is not a day. Write it like 2025-03-04.",
        ),
        (
            {"name": "Ann", "country": "Atlantis"},
            "Country: “Atlantis” is not a country. Use its name or two letters.",
        ),
        (
            {"name": "Ann", "application_job": "Jointer", "application_on": "2025-01-02"},
            HALF,
        ),
    ],
)
def test_row_form_says_what_is_wrong(values, message):
    assert _check(**values)[1] == [message]


def test_cell_with_five_hundred_values_is_refused():
    _, errors = _check(name="Ann", skills=";".join(f"skill {n}" for n in range(500)))

    assert len(errors) == 1
    assert errors[0].startswith(f"Skills: This cell holds 500 skills; {MOST_VALUES} is the most.")


def test_same_wrong_text_twice_is_refused_twice():
    form = RowForm({"name", "country"})

    for _ in range(2):
        assert form.check({"name": "Ann", "country": "Atlantis"})[1] == [
            "Country: “Atlantis” is not a country. Use its name or two letters."
        ]


def test_row_says_everything_that_is_wrong_with_its_cells():
    _, errors = _check(name="Ann", country="Atlantis", years="ninety", consent_on="soon")

    assert errors == [
        "Years of experience: Enter a whole number.",
        "Country: “Atlantis” is not a country. Use its name or two letters.",
        "Consent: day: “soon” is not a day. Write it like 2025-03-04.",
    ]


def test_same_form_checks_row_after_row():
    form = RowForm({"name", "emails"})

    assert form.check({"name": "", "emails": ""})[1] == ["There is no name on this line."]
    assert form.check({"name": "Ann", "emails": "a@x.example"}) == (
        {"name": "Ann", "call_name": "", "emails": ["a@x.example"], "phones": [], "links": []}
        | {"salary_currency": ""},
        [],
    )


HEADER = b"Name;Email;City\n"


def _told(content: bytes) -> list[tuple[int, list[str], bool]]:
    """Line number, cells, and whether each record is refused."""
    file = io.BytesIO(content)
    found = reading.records(file, "utf-8", ";")
    return [(record.number, record.cells, bool(record.problem)) for record in found]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param(
            b'"Ann;a@x.example;Bath\nBo;b@x.example;"Ely"\nCy;c@x.example;Rye\n',
            [
                (2, ['"Ann', "a@x.example", "Bath"], True),
                (3, ["Bo", "b@x.example", "Ely"], False),
                (4, ["Cy", "c@x.example", "Rye"], False),
            ],
            id="closed by a mark of the next line",
        ),
        pytest.param(
            b'Ann;"a@x.example;Bath\nBo;b@x.example;Ely\n',
            [(2, ["Ann", '"a@x.example', "Bath"], True), (3, ["Bo", "b@x.example", "Ely"], False)],
            id="never closed",
        ),
        pytest.param(
            b'"Ann;a@x.example;Bath\nBo";b@x.example;Ely\n',
            [(2, ['"Ann', "a@x.example", "Bath"], True), (3, ['Bo"', "b@x.example", "Ely"], False)],
            id="each line is a whole record",
        ),
        pytest.param(
            b'Ann;"a@x.example;Bath\nBo"\nCy;c@x.example;Rye\n',
            [
                (2, ["Ann", '"a@x.example', "Bath"], True),
                (3, ['Bo"'], True),
                (4, ["Cy", "c@x.example", "Rye"], False),
            ],
            id="a line that is no whole record goes with it",
        ),
        pytest.param(
            b'Ann;a@x.example;"1 High St;\nBath"\n',
            [(2, ["Ann", "a@x.example", "1 High St;\nBath"], False)],
            id="a cell of two lines with a delimiter",
        ),
        pytest.param(
            b'Ann "the" Lee;a@x.example;5" pipes\n"Bo" Ek;b@x.example;Ely\n',
            [
                (2, ['Ann "the" Lee', "a@x.example", '5" pipes'], False),
                (3, ["Bo Ek", "b@x.example", "Ely"], False),
            ],
            id="marks within one line",
        ),
        pytest.param(
            b'Ann;a@x.example\nBo;"b@x.example\nCy;c@x.example\n',
            [
                (2, ["Ann", "a@x.example"], False),
                (3, ["Bo", '"b@x.example'], True),
                (4, ["Cy", "c@x.example"], False),
            ],
            id="a file whose lines all lack a cell",
        ),
    ],
)
def test_lines_that_run_together_over_a_quotation_mark_are_refused(lines, told):
    assert _told(HEADER + lines) == told


def test_a_broken_line_says_where_the_mark_was_opened():
    file = io.BytesIO(HEADER + b'Ann;"a@x.example;Bath\nBo"\n')

    first, second = reading.records(file, "utf-8", ";")

    assert first.problem == (
        "A quotation mark is opened on this line and not closed, so it and what follows ran"
        " together. Close it or take it out, and import this line again."
    )
    assert second.problem == (
        "This line ran together with line 2, where a quotation mark is opened and not closed. Mend"
        " that line, and import both again."
    )


def test_a_mark_that_swallows_more_than_a_cell_may_hold_costs_one_line():
    rest = b"".join(b"P%d;p%d@x.example;Bath\n" % (n, n) for n in range(1000))

    told = _told(HEADER + b'"Ann;a@x.example;Bath\n' + rest)

    assert [number for number, _, is_refused in told if is_refused] == [2]
    assert len(told) == 1001


def test_too_many_broken_lines_refuse_the_file():
    content = HEADER + b'"Ann;a@x.example;Bath\n' * 1001

    with pytest.raises(ValidationError) as refusal:
        _told(content)

    assert refusal.value.code == "malformed"
    assert "More than 1,000 lines" in refusal.value.messages[0]


def test_an_open_mark_in_the_header_refuses_the_file():
    with pytest.raises(ValidationError) as refusal:
        reading.shape_of(io.BytesIO(b'Name;"Email;City\nAnn;a@x.example;Bath\n'))

    (message,) = refusal.value.messages
    assert message == (
        "A quotation mark in the header is opened and not closed, so the first people ran into it."
        " Close it or take it out, and upload the file again."
    )
