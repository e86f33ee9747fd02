"""Packets, certificates and the log of them cannot be changed or deleted."""

from django.db import migrations

from runs.migrations._guards import guarding, never_changed


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_log"), ("runs", "0007_sealed_rows")]

    operations = [
        guarding(
            *never_changed("evidence_packet", "a packet is not changed"),
            *never_changed("evidence_certificate", "a certificate is not changed"),
            *never_changed("evidence_checkpoint", "a checkpoint is not changed"),
            *never_changed("evidence_logentry", "a place in the log is not changed"),
        )
    ]
