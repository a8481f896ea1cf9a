from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WHYS = {"kept": "contact", "broken": "silence", "lapsed": "no_job"}


def say_why(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Say it of those that were settled by themselves. Nobody was told why one was released."""
    promises = apps.get_model("applications", "Promise").objects
    for state, why in WHYS.items():
        promises.filter(state=state, why="").update(why=why)


class Migration(migrations.Migration):
    dependencies = [("applications", "0024_promises_say_why_they_ended")]

    operations = [migrations.RunPython(say_why, migrations.RunPython.noop)]
