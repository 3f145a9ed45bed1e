"""A channel's serial is unique at one bank and channel; an order knows its bank.

Why: serials of two banks may be the same number, and a bank answers for its own orders alone.
Lock: ACCESS EXCLUSIVE on the orders while the unique index is built. Reversible while no two
    banks have used one serial.
"""

from django.db import migrations, models

FILL = """
UPDATE public.tuition_paymentorder o SET bank_code = c.bank_code
  FROM public.tuition_contract c WHERE c.id = o.contract_id
"""


class Migration(migrations.Migration):
    """Move the uniqueness of serials from the world to the bank."""

    dependencies = [("tuition", "0007_an_order_goes_without_what_is_disputed")]
    operations = [
        migrations.AddField(
            "paymentorder",
            "bank_code",
            models.CharField(default="", max_length=20),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "paymentorder", "channel_serial", models.CharField(max_length=64, null=True)
        ),
        migrations.AddConstraint(
            "paymentorder",
            models.UniqueConstraint(
                "bank_code", "channel", "channel_serial", name="channel_serial_once"
            ),
        ),
    ]
