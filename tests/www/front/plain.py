"""How plain the words of the public pages are: how long a sentence is, and how early one learns its words.

    python -m tests.www.front.plain                    # the figures of docs/plain-words.md
    python -m tests.www.front.plain --levels FOLDER    # looks each word up again, and writes levels.csv

``FOLDER``: where cefrpy is installed (``pip install --target FOLDER cefrpy==1.0.3``; MIT, Maksym Bielikov), a list of English
words with the level of the Common European Framework at which they are learned. Only looking up needs it: ``levels.csv``
keeps the levels of the words that stand on our pages, and a word that is not in it fails the test.
"""

import argparse
import csv
import re
import statistics
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.www.front.test_every_language import ROOT, of_a_template, sentences

FILE = Path(__file__).with_name("levels.csv")
TEMPLATES = ROOT / "www/templates"
#: What stands round each public page, and the pages beside the way to a service. Not here: the specimens of design.html, the
#: outbox of the demo, and software.html, which nobody reads who looks for help.
AROUND = (
    *(f"layouts/{name}.html" for name in ("account", "footer", "page")),
    *(f"components/{name}.html" for name in ("alert", "breadcrumbs", "dialog", "error_summary", "map", "pagination")),
    *(f"front/{name}.html" for name in ("ideas", "own_words", "own_words_file", "privacy", "words", "words_ways")),
)
#: Their sentences are measured, their words are not: they name standards and parts of the software.
TECHNICAL = ("front/accessibility.html", "front/status.html")
#: Typed into the search by pressing a tile, not read.
SEARCHED = "words to search with"
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
IRREGULAR = {
    "arrived": "arrive", "bought": "buy", "came": "come", "children": "child", "found": "find", "held": "hold",
    "known": "know", "left": "leave", "lost": "lose", "meant": "mean", "men": "man", "said": "say", "spoken": "speak",
    "told": "tell", "understood": "understand", "women": "woman", "written": "write", "wrote": "write", "cannot": "can",
    "lower": "low",
}  # fmt: skip


@cache
def texts() -> Mapping[str, str]:
    """English text -> the file it stands in, of all that is measured."""
    found = {said: where for (context, said), where in sentences().items() if context != SEARCHED}
    for name in (*AROUND, *TECHNICAL):
        for _context, said in of_a_template((TEMPLATES / name).read_text("utf-8")):
            found.setdefault(said, Path(name).name)
    return found


def shown(text: str) -> str:
    """As it is read: without marks, and with one word where something is filled in."""
    return re.sub(r"<[^>]*>", "", re.sub(r"%\((\w+)\)[sd]", "X", text))


def in_sentences(text: str) -> list[list[str]]:
    """Its sentences, each as its words. A colon ends none."""
    parts = re.split(r"(?<=[.!?])[”»]?\s+|\n+", shown(text))
    return [words for one in parts if (words := re.findall(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+", one))]


def vocabulary(some: Iterable[str]) -> set[str]:
    """Each word once, in small letters; what is filled in, and the second half of "don't", are none."""
    text = " ".join(re.sub(r"%\((\w+)\)[sd]|<[^>]*>|https?://\S+", " ", one) for one in some)
    return {word.lower() for word in re.findall(r"[A-Za-z]+", re.sub(r"['’](?:s|t|ll|re)\b", "", text))} - {"n", "x"}


@cache
def of_the_pages() -> set[str]:
    return vocabulary(said for said, where in texts().items() if f"front/{where}" not in TECHNICAL)


@cache
def of_the_concerns() -> set[str]:
    """Words of the answers to "What is it most about?"."""
    from kesher.directory.concerns import CONCERNS

    return vocabulary(one.name["en"] for one in CONCERNS)


def forms(word: str) -> Iterator[str]:
    """The word and what it may be a form of. It is as hard as the easiest of them."""
    yield word
    if word in IRREGULAR:
        yield IRREGULAR[word]
    for end, instead in (
        ("s", ""),
        ("es", ""),
        ("ies", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
        ("ied", "y"),
    ):
        if word.endswith(end) and len(word) > len(end) + 2:
            stem = word.removesuffix(end) + instead
            yield stem
            if len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]  # skipped: skip


@cache
def levels() -> Mapping[str, str]:
    """Word -> level, "" where the list does not have it."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["level"] for row in csv.DictReader(file)}


def hard(words: Iterable[str]) -> dict[str, str]:
    """Those above B1, or not in the list, with their level."""
    return {word: levels()[word] for word in sorted(words) if levels()[word] not in LEVELS[:3]}


def coverage() -> float:
    """Of the words as they follow one another on the pages, the share that one knows at B1."""
    running = [
        word
        for said, where in texts().items()
        if f"front/{where}" not in TECHNICAL
        for words in in_sentences(said)
        for one in re.findall(r"[A-Za-z]+", " ".join(words))
        if (word := one.lower()) in of_the_pages()
    ]
    above = hard(of_the_pages())
    return sum(word not in above for word in running) / len(running)


def look_up(folder: str) -> None:
    sys.path.append(folder)
    from cefrpy import CEFRAnalyzer  # type: ignore[import-not-found]

    known = CEFRAnalyzer()

    def level(word: str) -> str:
        found = [
            int(value.value)
            for form in forms(word)
            if known.is_word_in_database(form)
            for value in known.get_pos_level_dict_for_word(form).values()
        ]
        return LEVELS[min(found) - 1] if found else ""

    with FILE.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["word", "level"])
        table.writerows((word, level(word)) for word in sorted(of_the_pages() | of_the_concerns()))


def figures() -> dict[str, float]:
    lengths = [len(words) for said in texts() for words in in_sentences(said)]
    whole = [len(words) for said in texts() if re.search(r"[.?!]$", said) for words in in_sentences(said)]
    return {
        "texts": len(texts()),
        "sentences": len(whole),
        "median": statistics.median(whole),
        "mean": statistics.fmean(whole),
        "longest": max(lengths),
        "words": len(of_the_pages()),
        "above B1": len(hard(of_the_pages())),
        "known at B1, % running": 100 * coverage(),
        "words of concerns": len(of_the_concerns()),
        "above B1, concerns": len(hard(of_the_concerns())),
    }


if __name__ == "__main__":
    import django

    parser = argparse.ArgumentParser(description="How plain the words of the public pages are.")
    parser.add_argument("--levels", metavar="FOLDER", help="look the words up again with the cefrpy of this folder")
    given = parser.parse_args()
    django.setup()
    if given.levels:
        look_up(given.levels)
    for name, value in figures().items():
        print(f"{name:>24}  {value:g}" if value == int(value) else f"{name:>24}  {value:.1f}")
    print("above B1, pages:", ", ".join(f"{word} ({level or '-'})" for word, level in hard(of_the_pages()).items()))
    print(
        "above B1, concerns:", ", ".join(f"{word} ({level or '-'})" for word, level in hard(of_the_concerns()).items())
    )
