import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """Name each session in public without its secret key. Everybody signs in once more."""

    dependencies = [("accounts", "0002_audit_is_insert_only")]

    operations = [
        migrations.RunSQL("DELETE FROM accounts_session", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="session",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
