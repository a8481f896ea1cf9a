from django.db import migrations, models

MILESTONES = [
    (1, "Applied"),
    (2, "Screened"),
    (3, "Interviewed"),
    (4, "Final round"),
    (5, "Offered"),
    (6, "Hired"),
]


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_match_profiles_are_kept_right")]

    operations = [
        migrations.AddField(
            "stagechange", "hear_by_before", models.DateField(blank=True, null=True)
        ),
        migrations.AddField(
            "stagechange", "entered_at_before", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            "stagechange",
            "furthest_before",
            models.SmallIntegerField(blank=True, choices=MILESTONES, null=True),
        ),
        migrations.AddField(
            "stagechange", "undone_at", models.DateTimeField(blank=True, null=True)
        ),
    ]
