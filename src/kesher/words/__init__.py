"""The words room: what people call their work, as occupations and skills; what was proposed, and who chose what.

    coding = words.code("נהג משאית", language="he")                    # proposals, with reasons; a person decides
    found = words.found_in("I was a nurse, then I drove a taxi")       # all that is in somebody's words
    codings = words.code_all(titles_of_a_feed)                          # a column of vacancies, outcomes or statistics

Importing this package, or :mod:`kesher.words.vocabularies`, needs neither Django nor a database: the commands do so.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kesher.words.vocabularies import OCCUPATION

if TYPE_CHECKING:
    from kesher.engine.coding import Coding
    from kesher.words.finding import Found


def code(text: str, *, language: str = "", kind: str = OCCUPATION, top: int = 5) -> "Coding":
    """What a text may mean, with the index this process holds: at most `top` candidates, a question, or none.

    kind: "occupation" or "skill". language: what labels and questions are shown in, "" when not known. A title inside a
    longer text counts where the text as a whole says less. The first call of a process reads the lists
    (docs/operations.md: seconds and memory); later ones take milliseconds, in any thread.
    """
    from kesher.words.finding import code_words

    return code_words(text, language=language, kind=kind, top=top)


def code_all(texts: Iterable[str], *, language: str = "", kind: str = OCCUPATION, top: int = 1) -> "list[Coding]":
    """What each text of a column may mean, in its order: as :func:`code` says it, each distinct text once.

    For what arrives by the thousand and was typed by hand: titles of vacancies, what a course leads to, labels of a table of
    statistics. About 470 distinct titles a CPU second (docs/benchmarks.md). Proposals all the same: what is a question or none
    stays so, and a person decides.
    """
    from kesher.words.finding import code_words

    column = list(texts)
    meant = {text: code_words(text, language=language, kind=kind, top=top) for text in dict.fromkeys(column)}
    return [meant[text] for text in column]


def found_in(text: str, *, language: str = "") -> "Found":
    """The occupations and skills in what somebody wrote freely: see :mod:`kesher.words.finding`."""
    from kesher.words.finding import found_in as find

    return find(text, language=language)
