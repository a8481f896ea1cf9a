import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0026_erased_people_may_get_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="groundevent",
            name="basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("consent", "Consent"),
                    ("legitimate_interest", "Legitimate interest"),
                    ("pre_contract", "Steps before a contract"),
                    ("legal_obligation", "Legal obligation"),
                    ("soft_opt_in", "Customer who was offered a way out"),
                    ("", "None"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="PoolBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=8, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("legitimate_interest", "Legitimate interest"),
                            ("soft_opt_in", "Soft opt-in of customers"),
                        ],
                        max_length=20,
                    ),
                ),
                ("purpose", models.TextField(blank=True, help_text="What the interest is.")),
                (
                    "necessity",
                    models.TextField(blank=True, help_text="Why nothing milder would do."),
                ),
                (
                    "balance",
                    models.TextField(blank=True, help_text="Why theirs does not weigh more."),
                ),
                ("reviewer", models.CharField(blank=True, max_length=200)),
                (
                    "review_on",
                    models.DateField(
                        blank=True, help_text="After it nobody is added on this ground.", null=True
                    ),
                ),
                ("notice_version", models.CharField(blank=True, max_length=40)),
                ("months", models.PositiveSmallIntegerField(default=6)),
                (
                    "sale_context",
                    models.TextField(blank=True, help_text="What they bought, and when."),
                ),
                (
                    "similar_product",
                    models.TextField(blank=True, help_text="What is offered, and why similar."),
                ),
                (
                    "opt_out",
                    models.TextField(
                        blank=True, help_text="The way out shown when we got the address."
                    ),
                ),
                ("by", models.CharField(max_length=254)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "pool bases",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("months__range", (1, 6))),
                        name="pool_basis_ends_within_six_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "legitimate_interest"), _negated=True),
                            models.Q(
                                models.Q(("purpose", ""), _negated=True),
                                models.Q(("necessity", ""), _negated=True),
                                models.Q(("balance", ""), _negated=True),
                                models.Q(("reviewer", ""), _negated=True),
                                models.Q(("notice_version", ""), _negated=True),
                                ("review_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pool_basis_is_assessed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "soft_opt_in"), _negated=True),
                            models.Q(
                                models.Q(("sale_context", ""), _negated=True),
                                models.Q(("similar_product", ""), _negated=True),
                                models.Q(("opt_out", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pool_basis_has_sale",
                    ),
                ],
            },
        ),
    ]
