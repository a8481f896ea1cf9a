from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0041_stops_know_who"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stop",
            name="reason",
            field=models.CharField(
                choices=[
                    ("replied", "They replied"),
                    ("called", "A call was logged"),
                    ("applied", "They applied"),
                    ("booked", "An interview was booked"),
                    ("hired", "They were hired"),
                    ("unsubscribed", "They stopped job emails"),
                    ("paused", "They paused job emails"),
                    ("objected", "They objected"),
                    ("bounced", "Their address bounced"),
                    ("complained", "They marked a message as spam"),
                    ("erased", "Their data was erased"),
                    ("archived", "Their record went into the restricted archive"),
                ],
                max_length=12,
            ),
        ),
    ]
