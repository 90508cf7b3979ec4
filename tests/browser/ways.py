"""Languages × ways to use a page: each of both in every run, each pair of them in the long one."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def each_way(languages: Iterable[str], ways: Sequence[str]) -> list[Any]:
    """Parameters ``(language, how)``. A language's pages differ in words and direction, a way's in how they are used, and the
    two hardly meet: `make test` takes the languages with the ways in turn, `make test-long` all pairs."""
    return [
        pytest.param(language, how, marks=[pytest.mark.long] if at % len(ways) != number else [])
        for at, language in enumerate(languages)
        for number, how in enumerate(ways)
    ]
