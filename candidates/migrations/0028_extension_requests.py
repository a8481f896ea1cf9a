import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0027_pool_bases"),
    ]

    operations = [
        migrations.AddField(
            model_name="groundevent",
            name="counts_from",
            field=models.DateField(
                blank=True,
                help_text="An extension begins where the time before it ends: the law's span counts from this day, if it is later than the day of the yes.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="ExtensionAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("ends_on", models.DateField(help_text="Which end they were asked about.")),
                (
                    "kind",
                    models.CharField(
                        choices=[("keep", "Keep my details"), ("delete", "Delete my details")],
                        max_length=6,
                    ),
                ),
                (
                    "keeps_until",
                    models.DateField(blank=True, help_text="What a yes allows.", null=True),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("before", models.JSONField()),
                ("after", models.JSONField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "candidate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extension_answers",
                        to="candidates.candidate",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="candidates.privacyrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ExtensionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "ends_on",
                    models.DateField(help_text="The last day of keeping, where the person lives."),
                ),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[(30, "A month before"), (7, "A week before")]
                    ),
                ),
                (
                    "extends_to",
                    models.DateField(help_text="The last day of keeping if they say yes."),
                ),
                ("months", models.PositiveSmallIntegerField(help_text="How much longer that is.")),
                (
                    "moves_with_contact",
                    models.BooleanField(help_text="The law counts from the last contact."),
                ),
                (
                    "language",
                    models.CharField(
                        help_text="Of the email and of the page behind it.", max_length=10
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="Why the email did not go.", max_length=300
                    ),
                ),
                (
                    "candidate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extension_requests",
                        to="candidates.candidate",
                    ),
                ),
            ],
            options={
                "ordering": ["-ends_on", "step"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("candidate", "ends_on", "step"), name="extension_asked_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extends_to__gt", models.F("ends_on"))),
                        name="extension_is_longer",
                    ),
                ],
            },
        ),
    ]
