"""Free texts of seventy made-up people in seven languages: what the reader of experiences finds in them.

    KESHER_ENCODER=ngrams python benchmarks/own_words.py    # both halves, by language, with n-grams alone
    python benchmarks/own_words.py --show develop    # each text of that half with what was found: to develop with, never
    "held out"

``own_words.yaml`` was written before the reader, by the same hand, and its half "develop" was looked at while the reader
was made. The other half was not run until the figures of docs/benchmarks.md were printed. It is no measure of how people
really write.

cut: share of texts with as many experiences as expected, each expected one in an experience of its own · found: expected
experiences that are in one found · false: found ones that hold no expected one · @1, @5: expected ones whose unit group
is first, or among five · years: of those with a length or dates, all of it right · setting: of those with a setting, one
of the right ones.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import yaml
from benchmarks.common.coding import OPTIONS, embedder

from kesher.engine.coding import Coder
from kesher.engine.coding.experiences import Experience, ExperienceReader, Reading
from kesher.engine.coding.skills_in_text import SkillFinder
from kesher.words.vocabularies import vocabulary

TEXTS = Path(__file__).with_suffix(".yaml")
HALVES = ("develop", "held out")
LANGUAGES = ("en", "he", "ar", "ru", "uk", "fr", "am")


@dataclass
class Tally:
    """Sums of one row of the table."""

    texts: int = 0
    cut: int = 0
    expected: int = 0
    found: int = 0
    false: int = 0
    first: int = 0
    five: int = 0
    timed: int = 0
    years: int = 0
    set: int = 0
    setting: int = 0
    seconds: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        def share(part: int, whole: int) -> str:
            return f"{part}/{whole} {part / whole:.2f}" if whole else "-"

        return (
            f"{name:<10} {share(self.cut, self.texts):>10} {share(self.found, self.expected):>10} {self.false:>5} "
            f"{share(self.first, self.expected):>10} {share(self.five, self.expected):>10} "
            f"{share(self.years, self.timed):>10} {share(self.setting, self.set):>10}"
        )


def holder(reading: Reading, words: str) -> Experience | None:
    """The experience that holds these words in one of its parts."""
    at = reading.text.index(words)
    for experience in reading.experiences:
        if any(part.start <= at < part.end for part in experience.parts):
            return experience
    return None


def judge(reading: Reading, wanted: list[dict[str, Any]], tally: Tally) -> list[str]:
    """Adds one text to a tally; what was wrong, in words."""
    wrong = []
    holders = [holder(reading, one["at"]) for one in wanted]
    tally.texts += 1
    own = len({id(one) for one in holders if one is not None}) == len(wanted)
    tally.cut += own and len(reading.experiences) == len(wanted)
    tally.false += sum(all(one is not held for held in holders) for one in reading.experiences)
    for one, held in zip(wanted, holders, strict=True):
        tally.expected += 1
        timed = {name for name in ("months", "since", "until") if name in one}
        tally.timed += bool(timed)
        tally.set += "setting" in one
        if held is None:
            wrong.append(f"{one['at']}: not found")
            continue
        tally.found += 1
        codes = [candidate.isco08 for candidate in held.occupation.candidates]
        tally.first += codes[:1] != [] and codes[0] in one["isco08"]
        tally.five += bool(set(codes[:5]) & set(one["isco08"]))
        if codes[:1] == [] or codes[0] not in one["isco08"]:
            wrong.append(f"{one['at']}: {codes}, not {one['isco08']}")
        said = {
            "months": held.period.months,
            "since": held.period.since and held.period.since[0],
            "until": held.period.until and held.period.until[0],
        }
        right = all(said[name] == one.get(name) for name in timed)
        tally.years += bool(timed) and right
        if timed and not right:
            wrong.append(f"{one['at']}: {said}")
        if "setting" in one:
            right = bool({str(setting) for setting in held.setting} & set(one["setting"]))
            tally.setting += right
            if not right:
                wrong.append(f"{one['at']}: setting {[str(setting) for setting in held.setting]}")
    return wrong


def shown(reading: Reading) -> Iterable[str]:
    """What was found, for whoever develops."""
    for one in reading.experiences:
        codes = [(code.isco08, code.matched, round(code.confidence, 2)) for code in one.occupation.candidates[:2]]
        period = one.period
        said = (period.months, period.since, period.until, "current" if period.current else "")
        parts = [reading.text[part.start : part.end] for part in one.parts]
        skills = [(skill.label, round(skill.score, 2)) for skill in one.skills[:3]]
        title = reading.text[one.title.start : one.title.end]
        yield f"   [{title}] {codes} {one.occupation.answer} | {said} | {[*map(str, one.setting)]} | {parts} | {skills}"
    for left in reading.not_understood:
        yield f"   -- {left.kind}: {left.text!r} {'' if left.experience is None else left.experience}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", choices=HALVES, help="print each text of one half, and its figures only")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep and use the encoded lists there")
    args = parser.parse_args()
    show, OPTIONS["keep"] = args.show, args.keep
    coder = Coder(vocabulary("occupation", None), embedder("occupation", "starter"))
    # Skills by n-grams, whose least score is fitted; no figure here depends on them.
    reader = ExperienceReader(coder, SkillFinder(vocabulary("skill", None)))
    print(f"encoder: {coder.embedder.name}")
    texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    for half in (show,) if show else HALVES:
        tallies = {language: Tally() for language in LANGUAGES}
        everything = Tally()
        for one in texts:
            if one["half"] != half:
                continue
            language = one["id"][:2]
            begun = time.process_time()
            reading = reader.read(one["text"], language=language)
            everything.seconds.append(time.process_time() - begun)
            wrong = judge(reading, one["experiences"], tallies[language])
            judge(reading, one["experiences"], everything)
            if show:
                print(one["id"], one["text"], *shown(reading), *(f"   ## {line}" for line in wrong), sep="\n")
        heads = ("cut", "found", "false", "@1", "@5", "years", "setting")
        print(f"{half:<10} {heads[0]:>10} {heads[1]:>10} {heads[2]:>5}", *(f"{head:>10}" for head in heads[3:]))
        for language, tally in tallies.items():
            print(tally.row(language))
        print(everything.row("all"))
        seconds = sorted(everything.seconds)
        print(f"a text: median {1000 * seconds[len(seconds) // 2]:.0f} CPU ms, slowest {1000 * seconds[-1]:.0f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
