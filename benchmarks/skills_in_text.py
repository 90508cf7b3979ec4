"""Skills said in sentences of vacancies: whole sentences, windows, and windows with containment.

    KESHER_ENCODER=ngrams python benchmarks/skills_in_text.py    # the table, with n-grams alone
    python benchmarks/skills_in_text.py                          # by meaning, with the encoder that works here
    python benchmarks/skills_in_text.py --tune    # fit the least score on SkillSkape's dev part; with n-grams alone the
                                                  # weights as well, on its training part

Reads ``$KESHER_SHARED/bench/skills`` and ESCO 1.1.1 (English) from ``/data/esco``. HOUSE and TECH validation are never
tuned on. RP@5 = right ones among the first five / min(5, how many are right); 95 % percentile bootstrap over sentences,
2,000 draws, seed 0. SkillSkape's sentences are made by a machine to say a skill without naming it: its figures say
nothing of people's words.
"""

import argparse
import ast
import csv
import os
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from benchmarks.common.coding import OPTIONS, embedder

from kesher.engine.coding import Coder, Concept, Embedder, Fused, Label, Role, Vocabulary, rank
from kesher.engine.coding.skills_by_meaning import MEANING_SKILLS, MeaningTuning, SkillsByMeaning
from kesher.engine.coding.skills_in_text import NGRAM_SKILLS, SkillFinder, SkillTuning
from kesher.formats import esco

SHARED = Path(os.environ.get("KESHER_SHARED", Path(__file__).parent.parent.parent / "shared"))
BENCH, ESCO = SHARED / "bench" / "skills", SHARED / "data" / "esco"
NOT_SKILLS = {"LABEL NOT PRESENT", "UNDERSPECIFIED", "UNK"}
#: Sentences of SkillSkape that are tuned on: drawn with seed 0.
SAMPLE = 400
GRID = {
    "contained": (0.0, 0.3, 0.4, 0.5, 0.6, 0.7),
    "full": (0.5, 1.0, 1.3, 1.6, 2.0, 2.5),
    "alternative": (0.0, 0.02, 0.05, 0.08),
}

Judged = Mapping[str, set[str]]
Finder = SkillFinder | SkillsByMeaning


def vocabulary() -> Vocabulary:
    """ESCO's skills with their English labels."""
    taxonomy = esco.read(ESCO / "esco-v1.1.1-classification-en.zip").taxonomy
    concepts, labels = [], []
    for number in taxonomy.of_kind(esco.ConceptKind.SKILL):
        concepts.append(Concept(taxonomy.concepts.uri[number], "", {"en": taxonomy.preferred(number, "en")}))
        labels += [
            Label(
                one.text,
                len(concepts) - 1,
                one.language,
                Role.NAME if one.role is esco.LabelRole.PREFERRED else Role.ALTERNATIVE,
            )
            for one in taxonomy.labels_of(number)
        ]
    return Vocabulary("ESCO 1.1.1, English", tuple(concepts), tuple(labels))


def validation(name: str) -> Judged:
    """The sentences of HOUSE or TECH with their skills, those without one left out."""
    right: dict[str, set[str]] = defaultdict(set)
    with (BENCH / f"{name}_validation_annotations.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            right[row["sentence"]].add(row["label"])
    return {sentence: labels - NOT_SKILLS for sentence, labels in right.items() if labels - NOT_SKILLS}


def skillskape(part: str) -> Judged:
    """A sample of SkillSkape's sentences with their skills; every third has none, as in the whole."""
    with (BENCH / f"skillskape_{part}.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["sentence"], set(ast.literal_eval(row["skills"])) - NOT_SKILLS) for row in csv.DictReader(stream)]
    chosen = np.random.default_rng(0).permutation(len(rows))[:SAMPLE]
    return {rows[number][0]: rows[number][1] for number in sorted(chosen.tolist())}


def precision(found: Sequence[str], right: set[str]) -> float:
    return len(right & set(found[:5])) / min(5, len(right))


def ranked(finder: Finder, judged: Judged) -> list[float]:
    """RP@5 of each sentence."""
    names = [one.name("en") for one in finder.vocabulary.concepts]
    return [
        precision([names[number] for number, _ in finder.rank(sentence, top=5)], right)
        for sentence, right in judged.items()
    ]


def sentences_only(known: Vocabulary, compares: Embedder, judged: Judged) -> list[float]:
    """The same by the nearest label of the whole sentence, as ``kesher rank`` would."""
    texts = [label.text for label in known.labels]
    owner = [known.concepts[label.concept].name("en") for label in known.labels]
    return [
        precision(list(dict.fromkeys(owner[number] for number in numbers.tolist())), right)
        for right, (numbers, _) in zip(judged.values(), rank(texts, compares, list(judged), top=200), strict=True)
    ]


def told(measure: str, values: Sequence[float], note: str = "") -> None:
    known = np.array(values)
    draws = known[np.random.default_rng(0).integers(len(known), size=(2_000, len(known)))].mean(1)
    low, high = np.percentile(draws, [2.5, 97.5])
    print(f"{measure:<52} {len(known):>5} {known.mean():>6.3f} {low:>6.3f}-{high:.3f}  {note}", flush=True)


def tune(known: Vocabulary, compares: Embedder) -> None:
    """The grid on the training part; then the least score with the best F1 on the dev part."""
    judged = {sentence: right for sentence, right in skillskape("train").items() if right}
    finder = SkillFinder(known, compares)
    names = [one.name("en") for one in known.concepts]
    total = dict.fromkeys(product(*GRID.values()), 0.0)
    for sentence, right in judged.items():
        similar = finder.similarities(sentence)[0]
        for full in GRID["full"]:
            held = finder.contained(sentence, full)
            for contained, alternative in product(GRID["contained"], GRID["alternative"]):
                scores = finder.fused(similar, held, SkillTuning(contained, full, alternative, 0.0))
                first = np.argsort(-np.round(finder.of_concepts(scores), 6), kind="stable")[:5]
                total[contained, full, alternative] += precision([names[one] for one in first.tolist()], right)
    best = sorted(total.items(), key=lambda one: -one[1])
    for setting, value in best[:8]:
        print(f"  contained, full, alternative {setting}: RP@5 {value / len(judged):.3f} on {len(judged)} sentences")
    contained, full, alternative = best[0][0]
    least_score(SkillFinder(known, compares, tuning=SkillTuning(contained, full, alternative, 0.0)))
    print(f"in use: {NGRAM_SKILLS}")


def least_score(chosen: Finder) -> None:
    """How many of those proposed are right, and how many of the right ones proposed, by the least score."""
    names = [one.name("en") for one in chosen.vocabulary.concepts]
    cases = [
        (float(score), names[number] in right)
        for sentence, right in skillskape("dev").items()
        for number, score in chosen.rank(sentence, top=10)
    ]
    wanted = sum(map(len, skillskape("dev").values()))
    for least in np.arange(0.2, 0.9, 0.025):
        hits = [right for score, right in cases if score >= least]
        exact, whole = (sum(hits) / len(hits) if hits else 0.0), sum(hits) / wanted
        print(
            f"  least {least:.3f}: precision {exact:.3f}, recall {whole:.3f}, "
            f"F1 {2 * exact * whole / max(exact + whole, 1e-9):.3f}"
        )


def by_meaning(finder: SkillsByMeaning, *, tune: bool) -> None:
    """The table, or the least score: whole sentences through an encoder's own windows and containment."""
    if tune:
        least_score(finder)
        print(f"in use: {MEANING_SKILLS}")
        return
    print(f"{'RP@5, ' + finder.embedder.name:<52} {'n':>5} {'mean':>6} {'95 % interval':>13}")
    for name, gate in (("house", "gate .56"), ("tech", "gate .62")):
        judged, begun = validation(name), time.process_time()
        values = ranked(finder, judged)
        spent = (time.process_time() - begun) / len(judged)
        told(f"{name.upper()} validation, by meaning", values, f"{gate}; {1000 * spent:.0f} CPU ms a sentence")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", action="store_true", help="fit the weights and stop")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep and use the encoded labels there")
    args = parser.parse_args()
    OPTIONS["keep"] = args.keep
    if not BENCH.is_dir() or not ESCO.is_dir():
        print(f"skipped: {BENCH} and {ESCO} are not here (set KESHER_SHARED)")
        return 0
    known, compares = vocabulary(), embedder("skill", "esco-en")
    if isinstance(compares, Fused):
        by_meaning(SkillsByMeaning(Coder(known, compares), tuning=MeaningTuning(0.0, 1.0)), tune=args.tune)
        return 0
    if args.tune:
        tune(known, compares)
        return 0
    finder = SkillFinder(known, compares)
    windows_only = SkillFinder(known, compares, tuning=SkillTuning(0.0, 1.0, NGRAM_SKILLS.alternative, 0.0))
    print(f"{'RP@5, ' + compares.name:<52} {'n':>5} {'mean':>6} {'95 % interval':>13}")
    for name, baseline, gate in (("house", "BM25 .29", "gate .56"), ("tech", "BM25 .43", "gate .62")):
        judged = validation(name)
        told(
            f"{name.upper()} validation, whole sentences",
            sentences_only(known, compares, judged),
            f"{baseline}, {gate}",
        )
        told(f"{name.upper()} validation, windows", ranked(windows_only, judged))
        begun = time.process_time()
        values = ranked(finder, judged)
        spent = (time.process_time() - begun) / len(judged)
        told(f"{name.upper()} validation, windows and containment", values, f"{1000 * spent:.0f} CPU ms a sentence")
    return 0


if __name__ == "__main__":
    sys.exit(main())
