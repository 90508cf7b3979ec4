"""The words search knows: those of the taxonomies, cut into phrases, and in how many documents and phrases each stands."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from kesher.directory.models import SearchPhrase, Term
from kesher.engine.text import query_tokens

#: A term's key, the language, whether it is the term's name, its words with their variants, their weights, all spellings.
_Phrase = tuple[UUID, str, bool, list[str], list[float], list[str]]
_COPY = "COPY directory_searchphrase (term_id, language, is_name, words, weights, spellings) FROM STDIN"


def index_phrases() -> int:
    """Cut the names and everyday words of all taxonomy terms into words; returns how many phrases there are."""
    cut = [
        (term, is_name, language, groups)
        for term in Term.objects.order_by("id").only("id", "name", "synonyms")
        for is_name, language, text in _phrases_of(term)
        if (groups := query_tokens(text))
    ]
    count = Counter(group[0] for _, _, _, groups in cut for group in groups)
    phrases: list[_Phrase] = [
        (
            term.pk,
            language,
            is_name,
            ["|".join(group) for group in groups],
            [math.log(1 + len(cut) / count[group[0]]) for group in groups],
            sorted({spelling for group in groups for spelling in group}),
        )
        for term, is_name, language, groups in cut
    ]
    named = {phrase[0] for phrase in phrases}
    # A term whose name has no word (marks only) is cut all the same, or it would seem new for ever.
    wordless = Term.objects.exclude(pk__in=named).order_by("id").values_list("pk", flat=True)
    phrases += [(key, "und", False, [], [], []) for key in wordless]
    with transaction.atomic(), connection.cursor() as cursor:
        SearchPhrase.objects.all().delete()
        with cursor.copy(_COPY) as copy:  # twelve thousand rows: a quarter of what INSERT takes
            for phrase in phrases:
                copy.write_row(phrase)
    return len(phrases)


def terms_without_phrases() -> bool:
    """Whether a taxonomy came, or grew, since its words were last cut: without them nobody finds across languages."""
    return Term.objects.exclude(Exists(SearchPhrase.objects.filter(term=OuterRef("pk")))).exists()


def _phrases_of(term: Term) -> Iterator[tuple[bool, str, str]]:
    for language, name in term.name.items():
        yield True, language, name
    for language, words in term.synonyms.items():
        for synonym in words:
            yield False, language, synonym


def count_words() -> None:
    """Count in how many public documents and in how many phrases each word stands."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE directory_searchword IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM directory_searchword")
        cursor.execute(
            """
            INSERT INTO directory_searchword (word, documents, phrases)
            SELECT word, sum(documents), sum(phrases)
              FROM (SELECT substr(word, 2) AS word, ndoc AS documents, 0 AS phrases
                      FROM ts_stat('SELECT words FROM directory_searchtext JOIN directory_searchdocument
                                       ON service_id = document_id WHERE public')
                     UNION ALL
                    SELECT word, 0, count(*) FROM directory_searchphrase, unnest(spellings) AS word GROUP BY word
                     UNION ALL
                    SELECT '#' || term, count(*), 0 FROM directory_searchdocument, unnest(terms) AS term
                     WHERE public GROUP BY term
                     UNION ALL
                    SELECT '', (SELECT count(*) FROM directory_searchdocument WHERE public),
                           (SELECT count(*) FROM directory_searchphrase)) AS counted
             GROUP BY word
            """
        )
        cursor.execute("ANALYZE directory_searchword")
        cursor.execute("ANALYZE directory_searchdocument")
        cursor.execute("ANALYZE directory_searchtext")
        cursor.execute("ANALYZE directory_searchplace")


def add_new_words(ids: Sequence[UUID]) -> None:
    """Make the words of a few new documents known; the exact counts wait for the night."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO directory_searchword (word, documents, phrases)
            SELECT substr(lexeme, 2), 1, 0
              FROM directory_searchdocument JOIN directory_searchtext ON document_id = service_id, unnest(words)
             WHERE service_id = ANY(%s) AND public
             UNION
            SELECT '#' || term, 1, 0 FROM directory_searchdocument, unnest(terms) AS term
             WHERE service_id = ANY(%s) AND public
             ORDER BY 1
                ON CONFLICT (word) DO NOTHING
            """,
            [list(ids), list(ids)],
        )
