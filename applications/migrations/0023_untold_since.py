from django.db import migrations

# Whoever was turned down with a letter that was cancelled was told by nobody. (Who was turned down
# without a letter was told another way: that was the only reason there could be.)
FIND = """
UPDATE applications_application a
   SET untold_since = (SELECT max(l.cancelled_at) FROM applications_letter l
                        WHERE l.application_id = a.id AND l.kind = 'decision')
 WHERE a.outcome = 'rejected' AND a.untold_since IS NULL
   AND EXISTS (SELECT 1 FROM applications_letter l
                WHERE l.application_id = a.id AND l.kind = 'decision')
   AND NOT EXISTS (SELECT 1 FROM applications_letter l
                    WHERE l.application_id = a.id AND l.kind = 'decision'
                      AND l.cancelled_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0022_who_was_told")]

    operations = [migrations.RunSQL(FIND, migrations.RunSQL.noop)]
