"""Languages × ways to use a page: a language of each direction in every run, each pair of all in the long one."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from tests.turns import week

RIGHT_TO_LEFT = ("he", "ar")


def of_this_week(languages: Iterable[str]) -> set[str]:
    """One that is written from left to right and one from right to left, each week the next."""
    every = list(languages)
    sides = ([one for one in every if one not in RIGHT_TO_LEFT], [one for one in every if one in RIGHT_TO_LEFT])
    return {side[week() % len(side)] for side in sides if side}


def each_way(languages: Iterable[str], ways: Sequence[str]) -> list[Any]:
    """Parameters ``(language, how)``. A language's pages differ in words and direction, a way's in how they are used, and the
    two hardly meet: `make test` takes this week's languages, each with one of the ways, `make test-long` all pairs."""
    every = list(languages)
    now = [one for one in every if one in of_this_week(every)]
    return [
        pytest.param(
            language,
            how,
            marks=[]
            if language in now and (now.index(language) + week()) % len(ways) == number
            else [pytest.mark.long],
        )
        for language in every
        for number, how in enumerate(ways)
    ]
