"""Everyday titles written without sight of our lists (tests/data/probe): how often the first, and one of five, is right."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.common.coding import embedder, told

from kesher.engine.coding import Coder
from kesher.words.vocabularies import vocabulary

PROBE: Final = Path(__file__).resolve().parents[2] / "tests" / "data" / "probe"
#: Language -> the bars of first and first five; the others have none.
BARS: Final = {
    "he": (".70", ".90"),
    "ar": (".70", ".90"),
    "ru": (".75", ".90"),
    "uk": (".75", ".90"),
    "am": (".50", ".75"),
    "fr": ("", ""),
    "en": ("", ""),
}
SPLITS: Final = ("dev", "held")


def titles(language: str, split: str) -> list[tuple[str, set[str]]]:
    """What is said, and the unit groups that are right for it."""
    with (PROBE / f"{language}.tsv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["title"], set(row["isco08"].split("|"))) for row in rows if row["split"] == split]


def everyday(splits: Sequence[str]) -> None:
    """The table, as `kesher code --lang` answers on a fresh installation: the starter taxonomy, no ESCO."""
    known = vocabulary("occupation", None)
    coder = Coder(known, embedder("occupation", "starter"))
    for split in splits:
        for language, bars in BARS.items():
            first, five = [], []
            for text, right in titles(language, split):
                codes = [one.isco08 for one in coder.code(text, language=language).candidates]
                first.append(float(codes[0] in right if codes else False))
                five.append(float(bool(right & set(codes))))
            for place, hits, bar in (("@1", first, bars[0]), ("@5", five, bars[1])):
                told(f"everyday titles, {language}, {split}: {place}", hits, "", bar)
