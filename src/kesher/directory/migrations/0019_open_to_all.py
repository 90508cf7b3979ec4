"""Who gives a service may say that it is open to everybody; nobody has said so yet, and words for whom are no rule."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Whether there are words for whom it is, and the tick, are held with the rules: who changes them changes a verdict.
HELD = """
CREATE OR REPLACE FUNCTION directory_service_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(id) FROM before FULL JOIN after USING (id)
          WHERE (before.state, before.organisation_id, before.minimum_age, before.maximum_age, before.remote,
                 before.assured_date, before.description{before})
             IS DISTINCT FROM (after.state, after.organisation_id, after.minimum_age, after.maximum_age, after.remote,
                               after.assured_date, after.description{after})));
    RETURN NULL;
END $$;
"""
MORE = ", {0}.open_to_all, {0}.eligibility_description = '{{}}'::jsonb"


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0018_text_origins'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='service',
            name='service_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='service',
            name='service_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='service',
            name='service_delete',
        ),
        migrations.AddField(
            model_name='service',
            name='open_to_all',
            field=models.BooleanField(default=False, verbose_name='open to everybody'),
        ),
        migrations.AddField(
            model_name='serviceevent',
            name='open_to_all',
            field=models.BooleanField(default=False, verbose_name='open to everybody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='service_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "directory_serviceevent" ("absent_since", "accreditations", "alert", "alternate_name", "application_process", "assured_date", "assurer_email", "check_by", "check_every_months", "created_at", "dataset_id", "description", "digest", "edited_here", "eligibility_description", "email", "external_id", "fees_description", "human_languages", "id", "interpretation_services", "last_modified", "learning_outcomes", "licenses", "machine_languages", "maximum_age", "minimum_age", "name", "open_to_all", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "referral_modes", "remote", "state", "status", "updated_at", "url", "wait_time", "weekly_hours", "weeks") SELECT new_values."absent_since", new_values."accreditations", new_values."alert", new_values."alternate_name", new_values."application_process", new_values."assured_date", new_values."assurer_email", new_values."check_by", new_values."check_every_months", new_values."created_at", new_values."dataset_id", new_values."description", new_values."digest", new_values."edited_here", new_values."eligibility_description", new_values."email", new_values."external_id", new_values."fees_description", new_values."human_languages", new_values."id", new_values."interpretation_services", new_values."last_modified", new_values."learning_outcomes", new_values."licenses", new_values."machine_languages", new_values."maximum_age", new_values."minimum_age", new_values."name", new_values."open_to_all", new_values."organisation_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."programme_id", new_values."referral_modes", new_values."remote", new_values."state", new_values."status", new_values."updated_at", new_values."url", new_values."wait_time", new_values."weekly_hours", new_values."weeks" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='568f984844b0b88e49af12c3b2a78260675d2e9d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_service_insert_8a317', referencing='REFERENCING NEW TABLE AS new_values ', table='directory_service', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='service_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "directory_serviceevent" ("absent_since", "accreditations", "alert", "alternate_name", "application_process", "assured_date", "assurer_email", "check_by", "check_every_months", "created_at", "dataset_id", "description", "digest", "edited_here", "eligibility_description", "email", "external_id", "fees_description", "human_languages", "id", "interpretation_services", "last_modified", "learning_outcomes", "licenses", "machine_languages", "maximum_age", "minimum_age", "name", "open_to_all", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "referral_modes", "remote", "state", "status", "updated_at", "url", "wait_time", "weekly_hours", "weeks") SELECT new_values."absent_since", new_values."accreditations", new_values."alert", new_values."alternate_name", new_values."application_process", new_values."assured_date", new_values."assurer_email", new_values."check_by", new_values."check_every_months", new_values."created_at", new_values."dataset_id", new_values."description", new_values."digest", new_values."edited_here", new_values."eligibility_description", new_values."email", new_values."external_id", new_values."fees_description", new_values."human_languages", new_values."id", new_values."interpretation_services", new_values."last_modified", new_values."learning_outcomes", new_values."licenses", new_values."machine_languages", new_values."maximum_age", new_values."minimum_age", new_values."name", new_values."open_to_all", new_values."organisation_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."programme_id", new_values."referral_modes", new_values."remote", new_values."state", new_values."status", new_values."updated_at", new_values."url", new_values."wait_time", new_values."weekly_hours", new_values."weeks" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='53833d05fb8566f79a2411f7643a167065b0ac76', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_service_update_551f2', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='directory_service', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='service',
            trigger=pgtrigger.compiler.Trigger(name='service_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "directory_serviceevent" ("absent_since", "accreditations", "alert", "alternate_name", "application_process", "assured_date", "assurer_email", "check_by", "check_every_months", "created_at", "dataset_id", "description", "digest", "edited_here", "eligibility_description", "email", "external_id", "fees_description", "human_languages", "id", "interpretation_services", "last_modified", "learning_outcomes", "licenses", "machine_languages", "maximum_age", "minimum_age", "name", "open_to_all", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "referral_modes", "remote", "state", "status", "updated_at", "url", "wait_time", "weekly_hours", "weeks") SELECT old_values."absent_since", old_values."accreditations", old_values."alert", old_values."alternate_name", old_values."application_process", old_values."assured_date", old_values."assurer_email", old_values."check_by", old_values."check_every_months", old_values."created_at", old_values."dataset_id", old_values."description", old_values."digest", old_values."edited_here", old_values."eligibility_description", old_values."email", old_values."external_id", old_values."fees_description", old_values."human_languages", old_values."id", old_values."interpretation_services", old_values."last_modified", old_values."learning_outcomes", old_values."licenses", old_values."machine_languages", old_values."maximum_age", old_values."minimum_age", old_values."name", old_values."open_to_all", old_values."organisation_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."programme_id", old_values."referral_modes", old_values."remote", old_values."state", old_values."status", old_values."updated_at", old_values."url", old_values."wait_time", old_values."weekly_hours", old_values."weeks" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='7286ed101be50ca0fc16c9a6cd7e4442baca9314', level='STATEMENT', operation='DELETE', pgid='pgtrigger_service_delete_4c04f', referencing='REFERENCING OLD TABLE AS old_values ', table='directory_service', when='AFTER')),
        ),
        migrations.RunSQL(
            HELD.format(before=MORE.format("before"), after=MORE.format("after")), HELD.format(before="", after="")
        ),
    ]
