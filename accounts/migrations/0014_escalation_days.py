import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_demands_ready_domain"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="escalation_days",
            field=models.PositiveSmallIntegerField(
                db_default=2,
                default=2,
                help_text="Who is late is first the recruiters’ of the hiring team, and after so many working days also the owner’s of the job. 0: the day after.",
                validators=[django.core.validators.MaxValueValidator(60)],
                verbose_name="working days until a late answer comes up",
            ),
        ),
    ]
