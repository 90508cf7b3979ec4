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
            name='Area',
            fields=[
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('scheme', models.CharField(max_length=60, verbose_name='list of codes')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('level', models.CharField(choices=[('locality', 'locality'), ('authority', 'local authority'), ('sub-district', 'sub-district'), ('district', 'district'), ('country', 'country')], max_length=20, verbose_name='level')),
                ('name', kesher.base.translated.TranslatedField(blank=False, default=dict, verbose_name='name')),
                ('path', models.CharField(editable=False, max_length=300, unique=True)),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude of the centre')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude of the centre')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                ('facts', models.JSONField(blank=True, default=dict, help_text='Other published facts, each with its year and source.', verbose_name='facts')),
                ('boundary', models.JSONField(blank=True, null=True, verbose_name='boundary (GeoJSON)')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='parts', to='areas.area', verbose_name='lies in')),
            ],
            options={
                'verbose_name': 'area',
                'verbose_name_plural': 'areas',
                'ordering': ['path'],
                'indexes': [models.Index(fields=['level', 'path'], name='area_level'), models.Index(fields=['path'], name='area_path_prefix', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('scheme', 'code'), name='area_code_once', violation_error_message='There is an area with this code already.'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='area_centre_on_earth', violation_error_message='Latitude is between -90 and 90, longitude between -180 and 180.')],
                'triggers': [pgtrigger.compiler.Trigger(name='area_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "areas_areaevent" ("boundary", "code", "created_at", "facts", "id", "latitude", "level", "longitude", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "scheme", "updated_at") SELECT new_values."boundary", new_values."code", new_values."created_at", new_values."facts", new_values."id", new_values."latitude", new_values."level", new_values."longitude", new_values."name", new_values."parent_id", new_values."path", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."population", new_values."scheme", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4678189fd6b384a555903a59cdeff631bae0e323', level='STATEMENT', operation='INSERT', pgid='pgtrigger_area_insert_710c5', referencing='REFERENCING NEW TABLE AS new_values ', table='areas_area', when='AFTER')), pgtrigger.compiler.Trigger(name='area_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "areas_areaevent" ("boundary", "code", "created_at", "facts", "id", "latitude", "level", "longitude", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "scheme", "updated_at") SELECT new_values."boundary", new_values."code", new_values."created_at", new_values."facts", new_values."id", new_values."latitude", new_values."level", new_values."longitude", new_values."name", new_values."parent_id", new_values."path", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."population", new_values."scheme", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a4a1891908e95cb47bab7399a61b3c8f0a689678', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_area_update_b049a', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='areas_area', when='AFTER')), pgtrigger.compiler.Trigger(name='area_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "areas_areaevent" ("boundary", "code", "created_at", "facts", "id", "latitude", "level", "longitude", "name", "parent_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "scheme", "updated_at") SELECT old_values."boundary", old_values."code", old_values."created_at", old_values."facts", old_values."id", old_values."latitude", old_values."level", old_values."longitude", old_values."name", old_values."parent_id", old_values."path", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."population", old_values."scheme", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='cb338c2a7bfc6a3fedc0d5807c65f54b31b86442', level='STATEMENT', operation='DELETE', pgid='pgtrigger_area_delete_397b6', referencing='REFERENCING OLD TABLE AS old_values ', table='areas_area', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AreaEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=kesher.base.keys.uuid7, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed')),
                ('scheme', models.CharField(max_length=60, verbose_name='list of codes')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('level', models.CharField(choices=[('locality', 'locality'), ('authority', 'local authority'), ('sub-district', 'sub-district'), ('district', 'district'), ('country', 'country')], max_length=20, verbose_name='level')),
                ('name', kesher.base.translated.TranslatedField(blank=False, default=dict, verbose_name='name')),
                ('path', models.CharField(editable=False, max_length=300)),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude of the centre')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude of the centre')),
                ('population', models.PositiveIntegerField(blank=True, null=True, verbose_name='population')),
                ('facts', models.JSONField(blank=True, default=dict, help_text='Other published facts, each with its year and source.', verbose_name='facts')),
                ('boundary', models.JSONField(blank=True, null=True, verbose_name='boundary (GeoJSON)')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='areas.area', verbose_name='lies in')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='areas.area')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2b7bab79dc21f5da97db480fcf7872e0cebfd2e6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7797e', table='areas_areaevent', when='BEFORE'))],
            },
        ),
        kesher.base.history.InstallTriggers(
            model_names=['Area', 'AreaEvent'],
        ),
    ]
