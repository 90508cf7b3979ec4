"""What services share says that it has changed by its own key: whoever joins it in a transaction under way is not seen yet."""

from django.db import migrations, models

COLUMN = """
CREATE OR REPLACE FUNCTION directory_service_changes(keys uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO directory_servicechange ({column}) SELECT DISTINCT key FROM unnest(keys) AS key WHERE key IS NOT NULL
        ON CONFLICT DO NOTHING;
$$;
CREATE OR REPLACE FUNCTION directory_service_theme_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM before JOIN after USING (id)
                WHERE (before.code, before.parent_id) IS DISTINCT FROM (after.code, after.parent_id)) THEN
        INSERT INTO directory_servicechange ({column}) VALUES (NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION directory_service_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO directory_servicechange ({column}) VALUES (NULL);
    RETURN NULL;
END $$;
"""

#: Of each function: its end of a name, and the keys it writes down: now, and as migration 0011 has it.
SHARED = (
    (
        "owner_changed",
        """SELECT array_agg(after.id) FROM after JOIN before USING (id) WHERE before.state IS DISTINCT FROM after.state""",
        """SELECT array_agg(service.id) FROM directory_service AS service
             JOIN after ON after.id = service.organisation_id JOIN before ON before.id = after.id
            WHERE before.state IS DISTINCT FROM after.state""",
    ),
    (
        "place_changed",
        """SELECT array_agg(after.id) FROM after JOIN before USING (id)
            WHERE (before.latitude, before.longitude) IS DISTINCT FROM (after.latitude, after.longitude)""",
        """SELECT array_agg(site.service_id) FROM directory_serviceatlocation AS site
             JOIN after ON after.id = site.location_id JOIN before ON before.id = after.id
            WHERE (before.latitude, before.longitude) IS DISTINCT FROM (after.latitude, after.longitude)""",
    ),
    (
        "rule_added",
        """SELECT array_agg(rule_id) FROM after WHERE state = 'published'""",
        """SELECT array_agg(service_id) FROM directory_servicerule
            WHERE rule_id IN (SELECT rule_id FROM after WHERE state = 'published')""",
    ),
    (
        "rule_gone",
        """SELECT array_agg(rule_id) FROM before WHERE state = 'published'""",
        """SELECT array_agg(service_id) FROM directory_servicerule
            WHERE rule_id IN (SELECT rule_id FROM before WHERE state = 'published')""",
    ),
    (
        "rule_changed",
        """SELECT array_agg(rule_id) FROM (SELECT rule_id FROM before WHERE state = 'published'
                                    UNION SELECT rule_id FROM after WHERE state = 'published') AS either""",
        """SELECT array_agg(service_id) FROM directory_servicerule
            WHERE rule_id IN (SELECT rule_id FROM before WHERE state = 'published'
                        UNION SELECT rule_id FROM after WHERE state = 'published')""",
    ),
)
FUNCTION = """
CREATE OR REPLACE FUNCTION directory_service_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(({keys}));
    RETURN NULL;
END $$;
"""
NOW = COLUMN.format(column="key") + "".join(FUNCTION.format(name=name, keys=keys) for name, keys, _before in SHARED)
BEFORE = COLUMN.format(column="service_id") + "".join(
    FUNCTION.format(name=name, keys=keys) for name, _now, keys in SHARED
)


class Migration(migrations.Migration):
    dependencies = [("directory", "0012_rule_versions_stay")]

    operations = [
        migrations.RemoveConstraint(model_name="servicechange", name="service_change_once"),
        migrations.RenameField(model_name="servicechange", old_name="service_id", new_name="key"),
        migrations.AddConstraint(
            model_name="servicechange",
            constraint=models.UniqueConstraint(
                fields=("xid", "key"),
                name="service_change_once",
                violation_error_message="This change has been written down already.",
            ),
        ),
        migrations.RunSQL(NOW, BEFORE),
    ]
