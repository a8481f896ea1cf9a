"""A distance is not known when either place is not: least() passes over NULL."""

from django.db import migrations

HAVERSINE = """round(12742.0176 * asin(least(1, sqrt(
        power(sin(radians(lat2 - lat1) / 2), 2)
        + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)
    ))))::int"""
FUNCTION = """
CREATE OR REPLACE FUNCTION applications_km(lat1 float8, lon1 float8, lat2 float8, lon2 float8)
    RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT {} $$;"""
# CASE and not STRICT: PostgreSQL does not inline a strict function with least() in it.
WHERE_KNOWN = f"CASE WHEN lat1 + lon1 + lat2 + lon2 IS NOT NULL THEN {HAVERSINE} END"


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_duplicate_applications"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION.format(WHERE_KNOWN), FUNCTION.format(HAVERSINE)),
    ]
