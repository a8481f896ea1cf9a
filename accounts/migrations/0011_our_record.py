from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_asks_how_it_was")]

    operations = [
        migrations.AddField(
            "organisation",
            "shows_record",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Says there how soon people are answered and how many never are, as it"
                " is.",
                verbose_name="our record on the careers site",
            ),
        )
    ]
