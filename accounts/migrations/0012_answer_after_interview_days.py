import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_our_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="answer_after_interview_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Whoever was interviewed hears within so many days whether there is a decision. 0: only what a law says counts.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="days until an answer after an interview",
            ),
        ),
    ]
