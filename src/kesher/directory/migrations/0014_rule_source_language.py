"""The language a rule's law is written in, kept as the rest of what was published."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0013_service_changes_by_key'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruleversion',
            name='ruleversion_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruleversion',
            name='ruleversion_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruleversion',
            name='ruleversion_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruleversion',
            name='rule_version_stays',
        ),
        migrations.AddField(
            model_name='ruleversion',
            name='source_language',
            field=models.CharField(blank=True, max_length=35, verbose_name='language of the law'),
        ),
        migrations.AddField(
            model_name='ruleversionevent',
            name='source_language',
            field=models.CharField(blank=True, max_length=35, verbose_name='language of the law'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruleversion',
            trigger=pgtrigger.compiler.Trigger(name='rule_version_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'published\', \'withdrawn\') AND (OLD."when" IS DISTINCT FROM (NEW."when") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."rule_id" IS DISTINCT FROM (NEW."rule_id") OR OLD."tests" IS DISTINCT FROM (NEW."tests") OR OLD."source_title" IS DISTINCT FROM (NEW."source_title") OR OLD."source_section" IS DISTINCT FROM (NEW."source_section") OR OLD."source_url" IS DISTINCT FROM (NEW."source_url") OR OLD."source_language" IS DISTINCT FROM (NEW."source_language") OR OLD."outline" IS DISTINCT FROM (NEW."outline") OR OLD."written_by_id" IS DISTINCT FROM (NEW."written_by_id") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='52e6742a34620f0759ed2b6b1dcb710fa0060c5b', operation='UPDATE', pgid='pgtrigger_rule_version_stays_51250', table='directory_ruleversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruleversion',
            trigger=pgtrigger.compiler.Trigger(name='ruleversion_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "directory_ruleversionevent" ("created_at", "id", "number", "outline", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "rule_id", "source_language", "source_section", "source_title", "source_url", "state", "tests", "updated_at", "valid_from", "valid_until", "when", "written_by_id") SELECT new_values."created_at", new_values."id", new_values."number", new_values."outline", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."published_at", new_values."published_by_id", new_values."rule_id", new_values."source_language", new_values."source_section", new_values."source_title", new_values."source_url", new_values."state", new_values."tests", new_values."updated_at", new_values."valid_from", new_values."valid_until", new_values."when", new_values."written_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='661a59d6a25efd0e9e1cf9b917faf0452058ef69', level='STATEMENT', operation='INSERT', pgid='pgtrigger_ruleversion_insert_9d36a', referencing='REFERENCING NEW TABLE AS new_values ', table='directory_ruleversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruleversion',
            trigger=pgtrigger.compiler.Trigger(name='ruleversion_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "directory_ruleversionevent" ("created_at", "id", "number", "outline", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "rule_id", "source_language", "source_section", "source_title", "source_url", "state", "tests", "updated_at", "valid_from", "valid_until", "when", "written_by_id") SELECT new_values."created_at", new_values."id", new_values."number", new_values."outline", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."published_at", new_values."published_by_id", new_values."rule_id", new_values."source_language", new_values."source_section", new_values."source_title", new_values."source_url", new_values."state", new_values."tests", new_values."updated_at", new_values."valid_from", new_values."valid_until", new_values."when", new_values."written_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='f34c486b9b017197d00e96b246e30c8068b849f2', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_ruleversion_update_5d486', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='directory_ruleversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruleversion',
            trigger=pgtrigger.compiler.Trigger(name='ruleversion_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "directory_ruleversionevent" ("created_at", "id", "number", "outline", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "rule_id", "source_language", "source_section", "source_title", "source_url", "state", "tests", "updated_at", "valid_from", "valid_until", "when", "written_by_id") SELECT old_values."created_at", old_values."id", old_values."number", old_values."outline", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."published_at", old_values."published_by_id", old_values."rule_id", old_values."source_language", old_values."source_section", old_values."source_title", old_values."source_url", old_values."state", old_values."tests", old_values."updated_at", old_values."valid_from", old_values."valid_until", old_values."when", old_values."written_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='68d029b4567711caab41070972c50656d340d69d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_ruleversion_delete_3a81b', referencing='REFERENCING OLD TABLE AS old_values ', table='directory_ruleversion', when='AFTER')),
        ),
    ]
