"""What a row of each table of HSDS stands for, so that what is refused is counted under its own kind."""

from pathlib import PurePosixPath

_TABLES = (".csv", ".tsv")
_KINDS: dict[str, tuple[str, ...]] = {
    "organisation": ("organizations", "organization"),
    "programme": ("programs", "program"),
    "location": ("locations", "location"),
    "service": ("services", "service"),
    "taxonomy": ("taxonomies",),
    "term": ("taxonomy_terms", "taxonomy_term", "taxonomy"),
}
_KIND_OF_TABLE = {table: kind for kind, tables in _KINDS.items() for table in tables}


def kind_of_file(file: str) -> str | None:
    """The kind of the rows of this table ("detail" for phones, schedules ...); ``None`` where a file mixes kinds.

    >>> kind_of_file("miami/phones.csv"), kind_of_file("organizations.csv"), kind_of_file("services.json")
    ('detail', 'organisation', None)
    """
    if not file.lower().endswith(_TABLES):
        return None
    return _KIND_OF_TABLE.get(PurePosixPath(file).stem.lower(), "detail")
