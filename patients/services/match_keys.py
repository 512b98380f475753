"""What people share with whoever may be the same person: worked out by the database, for many at once.

An identity document; a phone together with the beginning of the name's sound; the sound with the date, or the year, of
birth. What more than CROWD share says nothing, and would make a square of comparisons.
"""

from collections.abc import Sequence
from itertools import combinations, groupby
from operator import itemgetter

from django.db import connection
from django.db.models import Count

from patients.models import Identifier, MatchKey, Patient, Phone, SearchToken

CROWD = 50
TABLES = {
    "keys": MatchKey._meta.db_table,
    "people": Patient._meta.db_table,
    "tokens": SearchToken._meta.db_table,
    "phones": Phone._meta.db_table,
    "documents": Identifier._meta.db_table,
}
# "p:" tokens are the sounds of a name; whoever has a name without letters is compared by the name itself.
KEYS = """
WITH who AS (
    SELECT p.id, CAST(p.birth_date AS text) AS born,
        COALESCE(CAST(p.birth_year AS text), substr(CAST(p.birth_date AS text), 1, 4)) AS year, p.name
    FROM {people} p WHERE p.id IN ({chunk})
), sound AS (
    SELECT t.patient_id AS id, t.token FROM {tokens} t
    WHERE t.patient_id IN ({chunk}) AND t.token >= 'p:' AND t.token < 'p;'
    UNION ALL
    SELECT who.id, 'w:' || who.name FROM who WHERE NOT EXISTS (
        SELECT 1 FROM {tokens} t WHERE t.patient_id = who.id AND t.token >= 'p:' AND t.token < 'p;'
    )
)
INSERT INTO {keys} (key, patient_id)
SELECT 'd:' || d.digest, d.patient_id FROM {documents} d WHERE d.sealed <> '' AND d.patient_id IN ({chunk})
UNION
SELECT 'e:' || f.digits || ':' || substr(sound.token, 1, 4), sound.id
FROM sound JOIN {phones} f ON f.patient_id = sound.id
UNION
SELECT sound.token || ':' || who.year, who.id FROM who JOIN sound ON sound.id = who.id WHERE who.year IS NOT NULL
UNION
SELECT sound.token || ':' || who.born, who.id FROM who JOIN sound ON sound.id = who.id WHERE who.born IS NOT NULL
"""


def write_match_keys(patients: Sequence[int]) -> None:
    """These people have the keys of what is on file about them now."""
    MatchKey.objects.filter(patient__in=patients).delete()
    tables = {name: connection.ops.quote_name(table) for name, table in TABLES.items()}
    chunk = ", ".join(str(int(key)) for key in patients)
    with connection.cursor() as cursor:
        cursor.execute(KEYS.format(**tables, chunk=chunk))


def pairs_around(patients: Sequence[int]) -> set[tuple[int, int]]:
    """Who shares a key with one of these people, the older one first.

    Keys are asked for by name: joined in one statement, the database would read the whole table each time.
    """
    mine = MatchKey.objects.filter(patient__in=patients).values_list("key", flat=True)
    holders = MatchKey.objects.filter(key__in=list(mine)).values("key").annotate(number=Count("pk"))
    shared = holders.filter(number__gt=1, number__lte=CROWD).values_list("key", flat=True)
    rows = MatchKey.objects.filter(key__in=list(shared)).order_by("key", "patient").values_list("key", "patient")
    asked = set(patients)
    return {
        pair
        for _key, group in groupby(rows, key=itemgetter(0))
        for pair in combinations([patient for _key, patient in group], 2)
        if asked.intersection(pair)
    }
