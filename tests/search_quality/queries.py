"""Reads ``queries.csv``: what people ask, and which taxonomy terms answer it (README.md beside this file)."""

import csv
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).with_name("queries.csv")


@dataclass(frozen=True)
class SearchQuery:
    need: str
    theme: str
    split: str
    language: str
    kind: str
    query: str
    codes: tuple[str, ...]

    def relevant(self, terms: set[str]) -> bool:
        """Whether a service that carries ``terms`` answers this need: one of its codes, or a term below one."""
        return any(term == code or term.startswith(code + ":") for code in self.codes for term in terms)


def load_queries(split: str | None = None) -> list[SearchQuery]:
    """All queries in file order, or those of one split ("train", "test")."""
    with PATH.open(encoding="utf-8", newline="") as file:
        found = [
            SearchQuery(
                need=row["need"],
                theme=row["theme"],
                split=row["split"],
                language=row["language"],
                kind=row["kind"],
                query=row["query"],
                codes=tuple(row["codes"].split()),
            )
            for row in csv.DictReader(file)
        ]
    return [query for query in found if split is None or query.split == split]
