"""The words of the search documents in a table of their own, with the weight of a word as its first letter."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
INSERT INTO directory_searchtext (document_id, words)
SELECT service_id, array_to_tsvector(ARRAY(SELECT coalesce(weights[1], 'D') || lexeme FROM unnest(words)))
  FROM directory_searchdocument;
"""
# Back: the words stay empty until the index is written anew, which the nightly comparison sees to.


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_mistake_reports")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="directory.searchdocument",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField(default="")),
            ],
            options={
                "verbose_name": "words of a search document",
                "verbose_name_plural": "words of search documents",
                "ordering": ["document"],
            },
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["words"], name="search_text_words"),
        ),
        migrations.RemoveIndex(model_name="searchdocument", name="search_words"),
        migrations.RemoveField(model_name="searchdocument", name="words"),
    ]
