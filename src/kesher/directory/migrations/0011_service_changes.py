"""Which services a statement changed in what orientation holds of them, for the processes that hold them with their rules."""

import django.db.models.functions.datetime
from django.db import migrations, models

import kesher.directory.models.search

#: Tables whose rows belong to a service, and the column that says to which.
OWNED = (
    "directory_serviceterm",
    "directory_servicelanguage",
    "directory_serviceatlocation",
    "directory_capacity",
    "directory_schedule",
    "directory_servicerule",
)

# A change made by hand, by a trigger or by a cascade is seen like any other; once for each service and transaction.
FUNCTIONS = """
CREATE FUNCTION directory_service_changes(keys uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO directory_servicechange (service_id) SELECT DISTINCT key FROM unnest(keys) AS key WHERE key IS NOT NULL
        ON CONFLICT DO NOTHING;
$$;
CREATE FUNCTION directory_service_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys uuid[];
BEGIN
    EXECUTE format('SELECT array_agg(%I) FROM after', TG_ARGV[0]) INTO keys;
    PERFORM directory_service_changes(keys);
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys uuid[];
BEGIN
    EXECUTE format('SELECT array_agg(%I) FROM before', TG_ARGV[0]) INTO keys;
    PERFORM directory_service_changes(keys);
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(service_id) FROM (SELECT service_id FROM before UNION SELECT service_id FROM after) AS either));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(id) FROM before FULL JOIN after USING (id)
          WHERE (before.state, before.organisation_id, before.minimum_age, before.maximum_age, before.remote,
                 before.assured_date, before.description)
             IS DISTINCT FROM (after.state, after.organisation_id, after.minimum_age, after.maximum_age, after.remote,
                               after.assured_date, after.description)));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_owner_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(service.id) FROM directory_service AS service
           JOIN after ON after.id = service.organisation_id JOIN before ON before.id = after.id
          WHERE before.state IS DISTINCT FROM after.state));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_place_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(site.service_id) FROM directory_serviceatlocation AS site
           JOIN after ON after.id = site.location_id JOIN before ON before.id = after.id
          WHERE (before.latitude, before.longitude) IS DISTINCT FROM (after.latitude, after.longitude)));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_rule_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(service_id) FROM directory_servicerule
          WHERE rule_id IN (SELECT rule_id FROM after WHERE state = 'published')));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_rule_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(service_id) FROM directory_servicerule
          WHERE rule_id IN (SELECT rule_id FROM before WHERE state = 'published')));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_rule_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_changes(
        (SELECT array_agg(service_id) FROM directory_servicerule
          WHERE rule_id IN (SELECT rule_id FROM before WHERE state = 'published'
                      UNION SELECT rule_id FROM after WHERE state = 'published')));
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_theme_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM before JOIN after USING (id)
                WHERE (before.code, before.parent_id) IS DISTINCT FROM (after.code, after.parent_id)) THEN
        INSERT INTO directory_servicechange (service_id) VALUES (NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO directory_servicechange (service_id) VALUES (NULL);
    RETURN NULL;
END $$;
"""

#: What a statement did: how it is called in a name, and the tables of rows it gives.
ADDED = ("added", "INSERT", "REFERENCING NEW TABLE AS after")
CHANGED = ("changed", "UPDATE", "REFERENCING OLD TABLE AS before NEW TABLE AS after")
GONE = ("gone", "DELETE", "REFERENCING OLD TABLE AS before")
EMPTIED = ("emptied", "TRUNCATE", "")
TRIGGERS = [
    ("directory_service", ADDED, "directory_service_added('id')"),
    ("directory_service", CHANGED, "directory_service_changed()"),
    ("directory_service", GONE, "directory_service_gone('id')"),
    ("directory_service", EMPTIED, "directory_service_emptied()"),
    *((table, ADDED, "directory_service_added('service_id')") for table in OWNED),
    *((table, CHANGED, "directory_service_part_changed()") for table in OWNED),
    *((table, GONE, "directory_service_gone('service_id')") for table in OWNED),
    *((table, EMPTIED, "directory_service_emptied()") for table in OWNED),
    ("accounts_organisation", CHANGED, "directory_service_owner_changed()"),
    ("directory_location", CHANGED, "directory_service_place_changed()"),
    ("directory_ruleversion", ADDED, "directory_service_rule_added()"),
    ("directory_ruleversion", CHANGED, "directory_service_rule_changed()"),
    ("directory_ruleversion", GONE, "directory_service_rule_gone()"),
    ("directory_ruleversion", EMPTIED, "directory_service_emptied()"),
    ("directory_term", CHANGED, "directory_service_theme_changed()"),
]
TELL = "\n".join(
    f"CREATE TRIGGER orientation_{name} AFTER {event} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function};"
    for table, (name, event, rows), function in TRIGGERS
)
NO_LONGER = "\n".join(
    [f"DROP TRIGGER orientation_{name} ON {table};" for table, (name, _event, _rows), _function in TRIGGERS]
    + [f"DROP FUNCTION {name};" for name in dict.fromkeys(
        function.partition("(")[0] for _table, _what, function in TRIGGERS)]
    + ["DROP FUNCTION directory_service_changes;"]
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("directory", "0010_rules_and_call_backs")]

    operations = [
        migrations.CreateModel(
            name="ServiceChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "xid",
                    kesher.directory.models.search.TransactionField(
                        db_default=models.Func(
                            function="pg_current_xact_id",
                            output_field=kesher.directory.models.search.TransactionField(),
                        )
                    ),
                ),
                ("service_id", models.UUIDField(null=True)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("xid", "service_id"),
                        name="service_change_once",
                        violation_error_message="This change has been written down already.",
                    )
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS + TELL, NO_LONGER),
    ]
