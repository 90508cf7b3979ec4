"""Finding a service: in any script, with slips of the finger, across languages, by theme, place, hours and cost.

    found = find(SearchQuery(text="קורס עברית", language="he", area=town.pk, scope=Scope.of(request.user)))
    found.hits, found.total, found.facets.themes, found.words

    index()                      write all documents anew (after an import: ``index(changed_ids)``)
    index_later(service.pk)      after an edit, in the transaction of the edit

What is found is a list of keys. A page fetches the services through ``Service.objects.visible_to(user)`` all the same.
"""

from kesher.directory.search.finding import facts_of, find, find_alike, find_keys, find_scores
from kesher.directory.search.indexing import check_documents, differing, index, index_later, tend
from kesher.directory.search.opening import Opening
from kesher.directory.search.query import (
    LONGEST_TEXT,
    PUBLIC,
    Facets,
    Facts,
    Found,
    Hit,
    Match,
    Scope,
    SearchQuery,
    Word,
)
from kesher.directory.search.vocabulary import count_words

__all__ = [
    "LONGEST_TEXT",
    "PUBLIC",
    "Facets",
    "Facts",
    "Found",
    "Hit",
    "Match",
    "Opening",
    "Scope",
    "SearchQuery",
    "Word",
    "check_documents",
    "count_words",
    "differing",
    "facts_of",
    "find",
    "find_alike",
    "find_keys",
    "find_scores",
    "index",
    "index_later",
    "tend",
]
