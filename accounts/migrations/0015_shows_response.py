import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_escalation_days"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="shows_response",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Says to whoever looks at their application how soon people were answered in the newest full quarter, as it is.",
                verbose_name="how soon we answer, on people’s own page",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="first_answer_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Stands beside those figures. Empty: nothing is promised.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(365),
                ],
                verbose_name="days until a first answer, as you promise it",
            ),
        ),
    ]
