# ruff: noqa: S608  (statements are put together from the texts below; every value is bound)
"""Pairs that are worth weighing, found in the database by what they share.

Comparing everybody with everybody is 5,000,000,000 pairs for 100,000 people. So each person is put
under several keys, and only people under the same key are compared. The keys overlap, so that one
typing error, a nickname, a swapped name or a missing field leaves another key in common. A key that
more than `MOST` people share says nothing about two of them and is left out.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from candidates.duplicates.names import ROOTS
from candidates.duplicates.weighing import Facts

MOST = 40  # people under one key
CHUNK = 20_000  # pairs weighed at a time

# Mailboxes of houses, not of people.
_OF_NOBODY = (
    "info", "office", "contact", "jobs", "career", "careers", "bewerbung", "hello", "admin",
    "kontakt", "recruiting", "application", "applications", "postmaster",
)  # fmt: skip

_PEOPLE = """
CREATE TEMP TABLE dup_people ON COMMIT DROP AS
SELECT c.id,
       array_remove(regexp_split_to_array(s.folded_name, '[^[:alnum:]]+'), '') AS words,
       candidates_fold(c.city) AS city, c.country,
       candidates_employer(c.current_employer) AS employer
  FROM candidates_candidate c JOIN candidates_searchtext s ON s.candidate_id = c.id
 WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL AND c.archived_at IS NULL
"""

_WORDS = """
CREATE TEMP TABLE dup_words ON COMMIT DROP AS
SELECT p.id, w.word, p.city, p.employer FROM dup_people p, unnest(p.words) AS w(word)
"""

_PHONE = "right(regexp_replace(x.canonical, '[^0-9]', '', 'g'), 9)"
_LOCAL = "regexp_replace(split_part(x.broad, '@', 1), '[^a-z]', '', 'g')"

_KEYS = f"""
CREATE TEMP TABLE dup_keys ON COMMIT DROP AS
SELECT DISTINCT hashtextextended(key, 0) AS key, id FROM (
    SELECT 'phone ' || {_PHONE} AS key, x.candidate_id AS id
      FROM candidates_phone x WHERE length({_PHONE}) >= 7
    UNION ALL
    SELECT 'link ' || x.canonical, x.candidate_id FROM candidates_link x
    UNION ALL
    SELECT 'mailbox ' || x.broad, x.candidate_id
      FROM candidates_emailaddress x WHERE x.released_at IS NULL
    UNION ALL
    SELECT 'local ' || {_LOCAL}, x.candidate_id
      FROM candidates_emailaddress x
     WHERE x.released_at IS NULL AND length({_LOCAL}) >= 6 AND {_LOCAL} <> ALL(%(of_nobody)s)
    UNION ALL
    SELECT 'name ' || string_agg(word, ' ' ORDER BY word), id FROM dup_words GROUP BY id
    UNION ALL
    SELECT 'sound ' || string_agg(dmetaphone(word), ' ' ORDER BY dmetaphone(word)), id
      FROM dup_words WHERE length(word) > 1 GROUP BY id
     HAVING bool_and(dmetaphone(word) <> '')
    UNION ALL
    SELECT 'begin ' || string_agg(left(word, 4), ' ' ORDER BY left(word, 4)), id
      FROM dup_words GROUP BY id
    UNION ALL
    SELECT 'root ' || string_agg(coalesce(r.root, word), ' ' ORDER BY coalesce(r.root, word)), id
      FROM dup_words LEFT JOIN dup_roots r ON r.form = word GROUP BY id
    UNION ALL
    SELECT 'initial ' || words[cardinality(words)] || ' ' || left(words[1], 1), id
      FROM dup_people WHERE cardinality(words) > 1
    UNION ALL
    SELECT 'initial ' || words[1] || ' ' || left(words[cardinality(words)], 1), id
      FROM dup_people WHERE cardinality(words) > 1
    UNION ALL
    SELECT 'city ' || word || ' ' || city, id FROM dup_words WHERE city <> '' AND length(word) > 2
    UNION ALL
    SELECT 'work ' || word || ' ' || employer, id
      FROM dup_words WHERE employer <> '' AND length(word) > 2
) AS said
"""

_PAIRS = """
CREATE TEMP TABLE dup_pairs ON COMMIT DROP AS
SELECT DISTINCT a.id AS one, b.id AS other
  FROM (SELECT key FROM dup_keys GROUP BY key HAVING count(*) BETWEEN 2 AND %(most)s) shared
  JOIN dup_keys a USING (key) JOIN dup_keys b ON b.key = a.key AND b.id > a.id
  JOIN dup_people p ON p.id = a.id JOIN dup_people q ON q.id = b.id
"""


def block() -> int:
    """Put all people under their keys and collect the pairs, in temporary tables of the
    transaction. Returns the number of people."""
    roots = [(form, root) for form, names in ROOTS.items() for root in sorted(names)[:1]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("DROP TABLE IF EXISTS dup_people, dup_words, dup_roots, dup_keys, dup_pairs")
        cursor.execute(_PEOPLE)
        people = int(cursor.rowcount)
        cursor.execute(_WORDS)
        cursor.execute(
            "CREATE TEMP TABLE dup_roots ON COMMIT DROP AS"
            " SELECT * FROM unnest(%s::text[], %s::text[]) r(form, root)",
            [[form for form, _ in roots], [root for _, root in roots]],
        )
        for table in ("dup_people", "dup_words", "dup_roots"):
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(_KEYS, {"of_nobody": list(_OF_NOBODY)})
        cursor.execute("ANALYZE dup_keys")
        cursor.execute(_PAIRS, {"most": MOST})
    return people


def pairs() -> Iterator[list[tuple[int, int]]]:
    """Give the pairs in order, `CHUNK` at a time."""
    after = (0, 0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT one, other FROM dup_pairs WHERE (one, other) > (%s, %s)"
                " ORDER BY one, other LIMIT %s",
                [*after, CHUNK],
            )
            found = cursor.fetchall()
        if found:
            yield found
            after = found[-1]
        if len(found) < CHUNK:
            return


def shared_counts() -> dict[str, dict[str, int]]:
    """Return how many people share a word of a name, an employer, a city, a phone, a link.

    What only one person has is left out.
    """
    return {
        "words": _counts("SELECT word, id FROM dup_words"),
        "employers": _counts("SELECT employer, id FROM dup_people WHERE employer <> ''"),
        "cities": _counts("SELECT city, id FROM dup_people WHERE city <> ''"),
        "phones": _counts(f"SELECT {_PHONE}, x.candidate_id FROM candidates_phone x", least=3),
        "links": _counts("SELECT canonical, candidate_id FROM candidates_link", least=3),
    }


def _counts(values: str, least: int = 2) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value, count(*) FROM ({values}) v(value, id) GROUP BY value"
            f" HAVING count(*) >= {least}"
        )
        return dict(cursor.fetchall())


_FACTS = f"""
SELECT c.id, array_remove(regexp_split_to_array(s.folded_name, '[^[:alnum:]]+'), ''),
       ARRAY(SELECT x.broad FROM candidates_emailaddress x
              WHERE x.candidate_id = c.id AND x.released_at IS NULL),
       ARRAY(SELECT {_LOCAL} FROM candidates_emailaddress x
              WHERE x.candidate_id = c.id AND x.released_at IS NULL AND length({_LOCAL}) >= 6
                AND {_LOCAL} <> ALL(%(of_nobody)s)),
       ARRAY(SELECT {_PHONE} FROM candidates_phone x
              WHERE x.candidate_id = c.id AND length({_PHONE}) >= 7),
       ARRAY(SELECT x.canonical FROM candidates_link x WHERE x.candidate_id = c.id),
       candidates_employer(c.current_employer), candidates_fold(c.current_title),
       candidates_fold(c.city), c.country
  FROM candidates_candidate c JOIN candidates_searchtext s ON s.candidate_id = c.id
 WHERE c.id = ANY(%(people)s)
"""


def facts_of(people: Iterable[int]) -> dict[int, Facts]:
    """Return what is compared of these people."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"people": list(people), "of_nobody": list(_OF_NOBODY)})
        rows = cursor.fetchall()
    return {
        row[0]: Facts(
            words=tuple(row[1]),
            emails=frozenset(row[2]),
            locals=frozenset(row[3]),
            phones=frozenset(row[4]),
            links=frozenset(row[5]),
            employer=row[6],
            title=row[7],
            city=row[8],
            country=row[9],
        )
        for row in rows
    }


_FOLDED = """
SELECT array_remove(regexp_split_to_array(candidates_fold(%(name)s), '[^[:alnum:]]+'), ''),
       ARRAY(SELECT regexp_replace(e, '^([^+@]+)\\+.*@', '\\1@') FROM unnest(%(emails)s::text[]) e),
       ARRAY(SELECT l FROM (SELECT regexp_replace(split_part(split_part(e, '@', 1), '+', 1),
                                   '[^a-z]', '', 'g') AS l FROM unnest(%(emails)s::text[]) e) s
              WHERE length(l) >= 6 AND l <> ALL(%(of_nobody)s)),
       ARRAY(SELECT right(regexp_replace(p, '[^0-9]', '', 'g'), 9)
               FROM unnest(%(phones)s::text[]) p),
       candidates_employer(%(employer)s), candidates_fold(%(title)s), candidates_fold(%(city)s)
"""


def folded(
    name: str, emails: list[str], phones: list[str], employer: str, title: str, city: str
) -> tuple[Any, ...]:
    """Return these values as `Facts` holds them: words, emails, locals, phones, and the texts."""
    with connection.cursor() as cursor:
        cursor.execute(
            _FOLDED,
            {
                "name": name,
                "emails": emails,
                "phones": phones,
                "employer": employer,
                "title": title,
                "city": city,
                "of_nobody": list(_OF_NOBODY),
            },
        )
        words, *rest = cursor.fetchone() or ((), (), (), (), "", "", "")
    return (tuple(words), *map(frozenset, rest[:3]), *rest[3:])
