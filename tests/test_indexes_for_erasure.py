"""An erasure deletes rows of many tables; each key to one of them is found by an index.

Without one, every deleted row has the database read a whole table to see that nothing points there:
nobody notices among a thousand people, and everybody among a million.
"""

import pytest
from django.db import connection

from candidates.models import Candidate
from candidates.person_data import declared
from candidates.rights import Delete

pytestmark = pytest.mark.django_db

# Keys to these tables whose column leads no usable index. One with a condition serves only where
# the condition is that the column holds something.
UNINDEXED = """
SELECT k.conrelid::regclass::text || '.' || a.attname
  FROM pg_constraint k
  JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
 WHERE k.contype = 'f' AND k.confrelid = ANY(%s::regclass[])
   AND NOT EXISTS (
        SELECT 1 FROM pg_index i
         WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1] AND i.indisvalid
           AND (i.indpred IS NULL
                OR pg_get_expr(i.indpred, i.indrelid) = format('(%%I IS NOT NULL)', a.attname)))
 ORDER BY 1
"""


def test_every_key_to_what_an_erasure_deletes_leads_an_index():
    tables = {data.model._meta.db_table for data in declared() if isinstance(data.erase, Delete)}
    with connection.cursor() as cursor:
        cursor.execute(UNINDEXED, [sorted(tables)])
        assert [name for (name,) in cursor.fetchall()] == []


def test_every_table_of_a_person_is_asked_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute(UNINDEXED, [[Candidate._meta.db_table]])
        assert [name for (name,) in cursor.fetchall()] == []
