"""Where one must live is held with the rules: who changes the areas of a service, or where an area lies, changes verdicts."""

from django.db import migrations

TABLE = "directory_servicearea"
# The area may be that of the service at one of its places; a place that is gone tells of it itself.
FUNCTIONS = """
CREATE FUNCTION directory_service_areas(keys uuid[], sites uuid[]) RETURNS void LANGUAGE sql AS $$
    SELECT directory_service_changes(keys || (
        SELECT array_agg(service_id) FROM directory_serviceatlocation WHERE id = ANY(sites)));
$$;
CREATE FUNCTION directory_service_area_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_areas(array_agg(service_id), array_agg(service_at_location_id)) FROM after;
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_area_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_areas(array_agg(service_id), array_agg(service_at_location_id)) FROM before;
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_area_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM directory_service_areas(array_agg(service_id), array_agg(service_at_location_id))
       FROM (SELECT * FROM before UNION ALL SELECT * FROM after) AS either;
    RETURN NULL;
END $$;
CREATE FUNCTION directory_service_area_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM before JOIN after USING (id) WHERE before.path IS DISTINCT FROM after.path) THEN
        INSERT INTO directory_servicechange (key) VALUES (NULL) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
"""
TRIGGERS = (
    (TABLE, "added", "INSERT", "REFERENCING NEW TABLE AS after", "directory_service_area_added()"),
    (TABLE, "changed", "UPDATE", "REFERENCING OLD TABLE AS before NEW TABLE AS after", "directory_service_area_changed()"),
    (TABLE, "gone", "DELETE", "REFERENCING OLD TABLE AS before", "directory_service_area_gone()"),
    (TABLE, "emptied", "TRUNCATE", "", "directory_service_emptied()"),
    (
        "areas_area", "changed", "UPDATE", "REFERENCING OLD TABLE AS before NEW TABLE AS after",
        "directory_service_area_moved()",
    ),
)  # fmt: skip
TELL = "\n".join(
    f"CREATE TRIGGER orientation_{name} AFTER {event} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function};"
    for table, name, event, rows, function in TRIGGERS
)
NO_LONGER = "\n".join(
    [f"DROP TRIGGER orientation_{name} ON {table};" for table, name, *_more in TRIGGERS]
    + [f"DROP FUNCTION directory_service_area_{name};" for name in ("added", "changed", "gone", "moved")]
    + ["DROP FUNCTION directory_service_areas;"]
)


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0019_open_to_all"),
        ("areas", "0003_home_from_portal"),
    ]

    operations = [migrations.RunSQL(FUNCTIONS + TELL, NO_LONGER)]
