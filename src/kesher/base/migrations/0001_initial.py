import django.db.models.deletion
import django.utils.timezone
import kesher.base.history
import kesher.base.keys
import kesher.base.translated
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('recipient_id', models.UUIDField(db_index=True)),
                ('kind', models.CharField(max_length=60)),
                ('language', models.CharField(max_length=10)),
                ('link', models.CharField(max_length=300)),
                ('context', models.JSONField(default=dict)),
                ('sent_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('to', models.TextField()),
                ('subject', models.TextField()),
                ('body', models.TextField()),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Portal',
            fields=[
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('singleton', models.CharField(default='only', editable=False, max_length=4)),
                ('name', kesher.base.translated.TranslatedField(blank=True, default=dict, verbose_name="name of the town's table")),
                ('contact', kesher.base.translated.TranslatedField(blank=True, default=dict, help_text='Shown at the foot of every public page.', verbose_name='whom to ask')),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('contact_phone', models.CharField(blank=True, max_length=40)),
                ('home_area_code', models.CharField(blank=True, max_length=40)),
                ('is_demo', models.BooleanField(default=False)),
                ('seed', models.BigIntegerField(editable=False, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('singleton',), name='portal_only_one', violation_error_message='There is one portal.')],
                'triggers': [pgtrigger.compiler.Trigger(name='portal_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "base_portalevent" ("contact", "contact_email", "contact_phone", "created_at", "home_area_code", "id", "is_demo", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "singleton", "updated_at") SELECT new_values."contact", new_values."contact_email", new_values."contact_phone", new_values."created_at", new_values."home_area_code", new_values."id", new_values."is_demo", new_values."name", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."seed", new_values."singleton", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='fa809f8ce9443d272272153e22b6ede2b5949351', level='STATEMENT', operation='INSERT', pgid='pgtrigger_portal_insert_130c3', referencing='REFERENCING NEW TABLE AS new_values ', table='base_portal', when='AFTER')), pgtrigger.compiler.Trigger(name='portal_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "base_portalevent" ("contact", "contact_email", "contact_phone", "created_at", "home_area_code", "id", "is_demo", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "singleton", "updated_at") SELECT new_values."contact", new_values."contact_email", new_values."contact_phone", new_values."created_at", new_values."home_area_code", new_values."id", new_values."is_demo", new_values."name", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."seed", new_values."singleton", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d921fe53a3679495717f529aacecd9bd43d6526f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_portal_update_7443d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='base_portal', when='AFTER')), pgtrigger.compiler.Trigger(name='portal_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "base_portalevent" ("contact", "contact_email", "contact_phone", "created_at", "home_area_code", "id", "is_demo", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seed", "singleton", "updated_at") SELECT old_values."contact", old_values."contact_email", old_values."contact_phone", old_values."created_at", old_values."home_area_code", old_values."id", old_values."is_demo", old_values."name", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."seed", old_values."singleton", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='3230bfb7df0ade5adf0e082bde39a22eeaf07227', level='STATEMENT', operation='DELETE', pgid='pgtrigger_portal_delete_bed94', referencing='REFERENCING OLD TABLE AS old_values ', table='base_portal', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='PortalEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('singleton', models.CharField(default='only', editable=False, max_length=4)),
                ('name', kesher.base.translated.TranslatedField(blank=True, default=dict, verbose_name="name of the town's table")),
                ('contact', kesher.base.translated.TranslatedField(blank=True, default=dict, help_text='Shown at the foot of every public page.', verbose_name='whom to ask')),
                ('contact_email', models.EmailField(blank=True, max_length=254)),
                ('contact_phone', models.CharField(blank=True, max_length=40)),
                ('home_area_code', models.CharField(blank=True, max_length=40)),
                ('is_demo', models.BooleanField(default=False)),
                ('seed', models.BigIntegerField(editable=False, null=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='base.portal')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1d9b749f3ae85925d7b48fc13650bf594f616819', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6d9ee', table='base_portalevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('about_type', models.CharField(max_length=100)),
                ('about_id', models.UUIDField()),
                ('actor_id', models.UUIDField(null=True)),
                ('organisation_id', models.UUIDField(null=True)),
                ('purpose', models.CharField(max_length=50)),
                ('request_id', models.CharField(blank=True, max_length=36)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['about_id', '-id'], name='access_about')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=100)),
                ('about_type', models.CharField(max_length=100)),
                ('about_id', models.UUIDField()),
                ('actor_id', models.UUIDField(null=True)),
                ('organisation_id', models.UUIDField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'indexes': [models.Index(fields=['about_id', '-id'], name='event_about'), models.Index(fields=['name', '-id'], name='event_name')],
            },
        ),
        kesher.base.history.InstallTriggers(
            model_names=['Portal', 'PortalEvent'],
        ),
    ]
