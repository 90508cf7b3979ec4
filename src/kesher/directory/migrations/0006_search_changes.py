"""Which documents a statement changed, for the processes that hold them as columns; words out of the rows found by them."""

import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import kesher.directory.models.search

# One row per document and statement. A change made by hand, by a trigger or by a cascade is seen like any other.
TELL = """
CREATE FUNCTION directory_search_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO directory_searchchange (document_id) SELECT DISTINCT %I FROM changed', TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE FUNCTION directory_search_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO directory_searchchange (document_id) VALUES (NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER search_document_added AFTER INSERT ON directory_searchdocument REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_changed('service_id');
CREATE TRIGGER search_document_changed AFTER UPDATE ON directory_searchdocument REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_changed('service_id');
CREATE TRIGGER search_document_gone AFTER DELETE ON directory_searchdocument REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_changed('service_id');
CREATE TRIGGER search_document_emptied AFTER TRUNCATE ON directory_searchdocument
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_emptied();
CREATE TRIGGER search_place_added AFTER INSERT ON directory_searchplace REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_changed('document_id');
CREATE TRIGGER search_place_changed AFTER UPDATE ON directory_searchplace REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_changed('document_id');
CREATE TRIGGER search_place_gone AFTER DELETE ON directory_searchplace REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_changed('document_id');
CREATE TRIGGER search_place_emptied AFTER TRUNCATE ON directory_searchplace
    FOR EACH STATEMENT EXECUTE FUNCTION directory_search_emptied();
"""
NO_LONGER = """
DROP TRIGGER search_document_added ON directory_searchdocument;
DROP TRIGGER search_document_changed ON directory_searchdocument;
DROP TRIGGER search_document_gone ON directory_searchdocument;
DROP TRIGGER search_document_emptied ON directory_searchdocument;
DROP TRIGGER search_place_added ON directory_searchplace;
DROP TRIGGER search_place_changed ON directory_searchplace;
DROP TRIGGER search_place_gone ON directory_searchplace;
DROP TRIGGER search_place_emptied ON directory_searchplace;
DROP FUNCTION directory_search_changed();
DROP FUNCTION directory_search_emptied();
"""

OUT_OF_LINE = """
ALTER TABLE directory_searchtext ALTER words SET STORAGE EXTERNAL, ALTER room SET STORAGE MAIN,
    SET (toast_tuple_target = 128);
UPDATE directory_searchtext SET words = words;
"""


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_duplicates")]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
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
                ("document_id", models.UUIDField(null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["xid"], name="search_change_xid")],
            },
        ),
        migrations.RunSQL(TELL, NO_LONGER),
        migrations.AddField(
            model_name="searchtext",
            name="room",
            field=models.TextField(
                db_default=django.db.models.functions.text.Repeat(models.Value("."), 2000)
            ),
        ),
        migrations.RunSQL(OUT_OF_LINE, migrations.RunSQL.noop),
    ]
