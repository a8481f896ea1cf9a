"""How good letters of feedback are: what colleagues and readers say, and its measure."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

QUALITY = """
CREATE VIEW applications_measure_feedback_quality AS
SELECT r.id AS rating_id, r.job_id, date_trunc('quarter', r.sent_month)::date AS quarter,
       date_trunc('quarter', r.sent_month) + interval '3 months 21 days' AS ripe_at,
       false AS set_aside, r.is_sampled,
       r.job_related::int + r.specific::int + r.usable::int + r.respectful::int AS value, r.useful
  FROM applications_feedbackrating r
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0034_measure_of_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sent_month",
                    models.DateField(help_text="The first of the month in which the letter left."),
                ),
                (
                    "is_sampled",
                    models.BooleanField(
                        default=False, help_text="Drawn in the sample of its month."
                    ),
                ),
                (
                    "job_related",
                    models.BooleanField(
                        help_text="It is about the job and nothing else.", null=True
                    ),
                ),
                ("specific", models.BooleanField(help_text="It names an example.", null=True)),
                (
                    "usable",
                    models.BooleanField(help_text="It says what would have to change.", null=True),
                ),
                (
                    "respectful",
                    models.BooleanField(
                        help_text="It is kind, and free of what the person is.", null=True
                    ),
                ),
                ("rated_at", models.DateTimeField(null=True)),
                (
                    "useful",
                    models.PositiveSmallIntegerField(
                        help_text="1 to 5, as its reader says; 5 is very useful.", null=True
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="applications.job",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="feedback_rating",
                        to="applications.letter",
                    ),
                ),
                (
                    "rated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["sent_month", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_sampled", True), ("rated_at", None)),
                        fields=["sent_month"],
                        name="feedback_rating_to_do",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("useful", None),
                            models.Q(("useful__gte", 1), ("useful__lte", 5)),
                            _connector="OR",
                        ),
                        name="feedback_rating_useful_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("job_related", None),
                                ("rated_at", None),
                                ("respectful", None),
                                ("specific", None),
                                ("usable", None),
                            ),
                            models.Q(
                                ("job_related__isnull", False),
                                ("rated_at__isnull", False),
                                ("respectful__isnull", False),
                                ("specific__isnull", False),
                                ("usable__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_rating_is_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(QUALITY, "DROP VIEW applications_measure_feedback_quality"),
    ]
