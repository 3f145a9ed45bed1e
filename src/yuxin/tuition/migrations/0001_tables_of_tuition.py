"""The tables of tuition: courses, contracts, lessons, refunds, and what banks were asked and said.

Lock: creates only. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_recorded_now")]

    operations = [
        migrations.CreateModel(
            name="Bank",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("public_key_pem", models.TextField()),
                ("exchange_folder", models.CharField(max_length=200)),
                ("cut_off", models.TimeField()),
                ("since_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="ClassGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("teacher_name", models.CharField(max_length=40)),
                ("teacher_post_id", models.BigIntegerField(null=True)),
                ("room_id", models.BigIntegerField(null=True)),
                ("capacity", models.PositiveSmallIntegerField()),
                ("taken", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Instruction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("bank_code", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[("release", "Release"), ("refund", "Refund")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("sent", "Sent"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("returned", "Returned"),
                        ],
                        default="created",
                        max_length=9,
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("from_sealed", models.BinaryField()),
                ("to_sealed", models.BinaryField(null=True)),
                ("original_serial", models.CharField(blank=True, max_length=64)),
                ("value_on", models.DateField()),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("result_at", models.DateTimeField(null=True)),
                ("bank_serial", models.CharField(blank=True, max_length=64)),
                ("fail_code", models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="OutgoingFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank_code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60, unique=True)),
                ("account_day", models.DateField()),
                ("part", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("written_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BankFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("bank_code", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=4)),
                ("account_day", models.DateField()),
                ("part", models.PositiveIntegerField()),
                ("line_count", models.PositiveIntegerField()),
                ("sum_fen", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
                ("refused", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("sha256"),
                        condition=models.Q(("refused", "")),
                        name="bank_file_once",
                    ),
                    models.UniqueConstraint(
                        models.F("bank_code"),
                        models.F("kind"),
                        models.F("account_day"),
                        models.F("part"),
                        condition=models.Q(("refused", "")),
                        name="bank_file_part_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("centiunits", models.PositiveSmallIntegerField(default=100)),
                ("called_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "class_group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="tuition.classgroup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("learner_name_sealed", models.BinaryField()),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("own", "Own"),
                            ("national", "National"),
                            ("bank", "Bank"),
                            ("import", "Import"),
                        ],
                        default="own",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signed", "Signed"),
                            ("active", "Active"),
                            ("refunding", "Refunding"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("total_fen", models.BigIntegerField()),
                ("total_centiunits", models.PositiveIntegerField()),
                ("gift_centiunits", models.PositiveIntegerField(default=0)),
                ("bank_code", models.CharField(max_length=20)),
                ("custody_title", models.CharField(max_length=120)),
                ("custody_sealed", models.BinaryField()),
                ("custody_last4", models.CharField(max_length=4)),
                ("terms", models.JSONField()),
                ("terms_sha256", models.CharField(max_length=64)),
                ("rules_sha256", models.CharField(max_length=64)),
                ("deemed_days", models.PositiveSmallIntegerField()),
                ("silence_days", models.PositiveSmallIntegerField()),
                ("drafted_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "class_group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="tuition.classgroup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContractStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("kind", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("amount_fen", models.BigIntegerField(default=0)),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("entry_id", models.CharField(max_length=32)),
                ("item_key", models.CharField(blank=True, max_length=128)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="tuition.contract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=60)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("SUBJECT", "Subject"),
                            ("ARTS", "Arts"),
                            ("SCITECH", "Scitech"),
                            ("SPORTS", "Sports"),
                            ("OTHER", "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("PRESCHOOL", "Preschool"),
                            ("COMPULSORY", "Compulsory"),
                            ("SENIOR", "Senior"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("OFFLINE", "Offline"), ("ONLINE", "Online")], max_length=8
                    ),
                ),
                ("site_id", models.BigIntegerField(null=True)),
                ("lesson_minutes", models.PositiveSmallIntegerField()),
                ("unit_price_fen", models.BigIntegerField()),
                ("paid_centiunits", models.PositiveIntegerField()),
                ("gift_centiunits", models.PositiveIntegerField(default=0)),
                ("total_fen", models.BigIntegerField()),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("refund_before_start_days", models.PositiveSmallIntegerField(default=0)),
                ("description", models.CharField(blank=True, max_length=400)),
                ("published_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("rules_sha256", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["institution_id", "withdrawn_at"], name="course_by_institution"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("total_fen__gt", 0)), name="course_total_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_centiunits__gt", 0)), name="course_units_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))),
                        name="course_days_ordered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lesson_minutes__gt", 0)), name="course_minutes_real"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="contract",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="tuition.course",
            ),
        ),
        migrations.AddField(
            model_name="classgroup",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="classes",
                to="tuition.course",
            ),
        ),
        migrations.CreateModel(
            name="InstructionLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("open", models.BooleanField(default=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="tuition.contract",
                    ),
                ),
                (
                    "instruction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="tuition.instruction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Learner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("guardian_id", models.BigIntegerField()),
                ("name_sealed", models.BinaryField()),
                ("birth_sealed", models.BinaryField(null=True)),
                ("school", models.CharField(blank=True, max_length=60)),
                ("grade", models.CharField(blank=True, max_length=20)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["guardian_id"], name="learner_by_guardian")],
            },
        ),
        migrations.AddField(
            model_name="contract",
            name="learner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contracts",
                to="tuition.learner",
            ),
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("code", models.CharField(max_length=13, unique=True)),
                ("ordinal", models.PositiveSmallIntegerField()),
                ("centiunits", models.PositiveSmallIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("disputed", "Disputed"),
                            ("confirmed", "Confirmed"),
                            ("deemed", "Deemed"),
                            ("settled", "Settled"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("present", models.BooleanField()),
                ("taught_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("deemed_on", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("kept_fen", models.BigIntegerField(null=True)),
                ("dispute_reason", models.CharField(blank=True, max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="tuition.contract",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="tuition.classsession",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("paid", "Paid"),
                            ("arrived", "Arrived"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="created",
                        max_length=9,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=20)),
                ("channel_serial", models.CharField(max_length=64, null=True, unique=True)),
                ("payer_mask", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("arrived_on", models.DateField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="tuition.contract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RefundCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=13, unique=True)),
                ("institution_id", models.BigIntegerField()),
                ("guardian_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("contested", "Contested"),
                            ("approved", "Approved"),
                            ("instructed", "Instructed"),
                            ("paid", "Paid"),
                            ("returned", "Returned"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "Agreed"),
                            ("deemed", "Deemed"),
                            ("adjudicated", "Adjudicated"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=40)),
                ("sheet", models.JSONField()),
                ("amount_fen", models.BigIntegerField()),
                ("requested_at", models.DateTimeField()),
                ("answer_by_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("paid_on", models.DateField(null=True)),
                ("account_sealed", models.BinaryField(null=True)),
                ("account_last4", models.CharField(blank=True, max_length=4)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="tuition.contract",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="instruction",
            name="refund",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instructions",
                to="tuition.refundcase",
            ),
        ),
        migrations.CreateModel(
            name="BankBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_index", models.BinaryField()),
                ("account_last4", models.CharField(max_length=4)),
                ("account_day", models.DateField()),
                ("opening_fen", models.BigIntegerField()),
                ("debit_fen", models.BigIntegerField()),
                ("credit_fen", models.BigIntegerField()),
                ("closing_fen", models.BigIntegerField()),
                ("frozen_fen", models.BigIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="tuition.bankfile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("account_index"), models.F("account_day"), name="one_balance_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank_code", models.CharField(max_length=20)),
                ("bank_serial", models.CharField(max_length=64)),
                ("account_day", models.DateField()),
                ("kind", models.CharField(max_length=4)),
                ("account_index", models.BinaryField(null=True)),
                ("account_last4", models.CharField(blank=True, max_length=4)),
                ("amount_fen", models.BigIntegerField()),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("detail", models.JSONField()),
                ("institution_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("matched", "Matched"),
                            ("bank_only", "Bank Only"),
                            ("amount_diff", "Amount Diff"),
                            ("status_diff", "Status Diff"),
                            ("duplicate", "Duplicate"),
                            ("explained", "Explained"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("owner_id", models.BigIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="tuition.bankfile",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "matched"), _negated=True),
                        fields=["state", "account_day"],
                        name="bank_line_breaks",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("bank_code"),
                        models.F("account_day"),
                        models.F("kind"),
                        models.F("bank_serial"),
                        name="bank_serial_once",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="classsession",
            index=models.Index(fields=["institution_id", "starts_at"], name="session_by_day"),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.UniqueConstraint(
                models.F("class_group"), models.F("ordinal"), name="session_ordinal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="session_times_ordered",
            ),
        ),
        migrations.AddIndex(
            model_name="contractstep",
            index=models.Index(fields=["contract", "at"], name="step_by_contract"),
        ),
        migrations.AddConstraint(
            model_name="classgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gt", 0)), name="class_capacity_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="classgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("capacity"))),
                name="class_not_overfilled",
            ),
        ),
        migrations.AddConstraint(
            model_name="instructionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="instruction_line_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="instructionline",
            constraint=models.UniqueConstraint(
                models.F("contract"),
                condition=models.Q(("open", True)),
                name="contract_in_one_open_release",
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["institution_id", "state"], name="contract_by_institution"),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["guardian_id"], name="contract_by_guardian"),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["class_group", "state"], name="contract_by_class"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_fen__gt", 0)), name="contract_total_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_centiunits__gt", models.F("gift_centiunits"))),
                name="contract_units_cover_gift",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                models.F("learner"),
                models.F("class_group"),
                condition=models.Q(("state__in", ["draft", "signed", "active", "refunding"])),
                name="one_open_contract_per_learner_and_class",
            ),
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["institution_id", "deemed_on"],
                name="lesson_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(fields=["guardian_id", "state"], name="lesson_by_guardian"),
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(fields=["institution_id", "state"], name="lesson_by_institution"),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.UniqueConstraint(
                models.F("contract"), models.F("ordinal"), name="lesson_ordinal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.UniqueConstraint(
                models.F("contract"), models.F("session"), name="lesson_session_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gte", 0)), name="lesson_amount_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kept_fen__isnull", True),
                    models.Q(("kept_fen__gte", 0), ("kept_fen__lte", models.F("amount_fen"))),
                    _connector="OR",
                ),
                name="lesson_settled_within_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentorder",
            index=models.Index(fields=["guardian_id"], name="order_by_guardian"),
        ),
        migrations.AddIndex(
            model_name="paymentorder",
            index=models.Index(fields=["institution_id", "state"], name="order_by_state"),
        ),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="order_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentorder",
            constraint=models.UniqueConstraint(
                models.F("contract"),
                condition=models.Q(("state__in", ["paid", "arrived"])),
                name="one_payment_per_contract",
            ),
        ),
        migrations.AddIndex(
            model_name="refundcase",
            index=models.Index(
                condition=models.Q(("state", "requested")),
                fields=["institution_id", "answer_by_on"],
                name="refund_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="refundcase",
            index=models.Index(fields=["guardian_id"], name="refund_by_guardian"),
        ),
        migrations.AddConstraint(
            model_name="refundcase",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gte", 0)), name="refund_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="refundcase",
            constraint=models.UniqueConstraint(
                models.F("contract"),
                condition=models.Q(("state__in", ["requested", "contested"])),
                name="one_question_per_contract",
            ),
        ),
        migrations.AddIndex(
            model_name="instruction",
            index=models.Index(
                fields=["bank_code", "state", "value_on"], name="instruction_to_send"
            ),
        ),
        migrations.AddIndex(
            model_name="instruction",
            index=models.Index(fields=["institution_id", "value_on"], name="instruction_by_day"),
        ),
        migrations.AddConstraint(
            model_name="instruction",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="instruction_amount_positive"
            ),
        ),
    ]
