"""Lists say "about" by the statistics of the table: these may be two percent old, not ten."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_batch_kept")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE leads_lead SET (autovacuum_analyze_scale_factor = 0.02)",
            "ALTER TABLE leads_lead RESET (autovacuum_analyze_scale_factor)",
        ),
    ]
