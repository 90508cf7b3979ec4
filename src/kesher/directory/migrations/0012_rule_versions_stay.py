"""Of a published rule the table, the name it holds, the address of the law and the hour of publishing stay, too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0011_service_changes'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruleversion',
            name='rule_version_stays',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruleversion',
            trigger=pgtrigger.compiler.Trigger(name='rule_version_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'published\', \'withdrawn\') AND (OLD."when" IS DISTINCT FROM (NEW."when") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."rule_id" IS DISTINCT FROM (NEW."rule_id") OR OLD."tests" IS DISTINCT FROM (NEW."tests") OR OLD."source_title" IS DISTINCT FROM (NEW."source_title") OR OLD."source_section" IS DISTINCT FROM (NEW."source_section") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."outline" IS DISTINCT FROM (NEW."outline") OR OLD."written_by_id" IS DISTINCT FROM (NEW."written_by_id") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fcaf5cfbc259b33564b45c4eccfd2e045352af13', operation='UPDATE', pgid='pgtrigger_rule_version_stays_51250', table='directory_ruleversion', when='BEFORE')),
        ),
    ]
