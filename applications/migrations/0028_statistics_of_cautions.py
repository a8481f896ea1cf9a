"""Let the planner know how few people are held or here twice: without it, it takes “may be sent job
emails”, which is true of half of everybody, for a handful, and reads them all.
"""

from django.db import migrations

CREATE = """
CREATE STATISTICS profile_is_held ON (cautions::integer & 1) FROM applications_matchprofile;
CREATE STATISTICS profile_is_here_twice ON (cautions::integer & 8) FROM applications_matchprofile;
ANALYZE applications_matchprofile;
"""
DROP = "DROP STATISTICS profile_is_held; DROP STATISTICS profile_is_here_twice;"


class Migration(migrations.Migration):
    dependencies = [("applications", "0027_open_ones_without_a_date")]

    operations = [migrations.RunSQL(CREATE, DROP)]
