"""Everyday titles of a probe whose writer did not open our lists (tests/data/probe): how often the right group comes."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.common.coding import embedder, told

from kesher.engine.coding import Coder, normal
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
    """The table, as `kesher code --lang` answers on a fresh installation: the starter taxonomy, no ESCO. Then the titles that
    stand in no list word for word: of the others it tells no more than that they are listed."""
    known = vocabulary("occupation", None)
    coder = Coder(known, embedder("occupation", "starter"))
    listed = {normal(label.text) for label in known.labels} | {normal(one.title) for one in known.ambiguous}
    for split in splits:
        unlisted: tuple[list[float], list[float]] = ([], [])
        asked = 0
        for language, bars in BARS.items():
            first, five = [], []
            for text, right in titles(language, split):
                codes = [one.isco08 for one in coder.code(text, language=language).candidates]
                first.append(float(codes[0] in right if codes else False))
                five.append(float(bool(right & set(codes))))
                asked += 1
                if normal(text) not in listed:
                    unlisted[0].append(first[-1])
                    unlisted[1].append(five[-1])
            for place, hits, bar in (("@1", first, bars[0]), ("@5", five, bars[1])):
                told(f"everyday titles, {language}, {split}: {place}", hits, "", bar)
        if unlisted[0]:
            for place, hits in zip(("@1", "@5"), unlisted, strict=True):
                told(f"everyday titles, {split}, of {asked} in no list: {place}", hits, "", "")
