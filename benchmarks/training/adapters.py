"""Trains the two linear adapters that come with Kesher, from ESCO's labels, the starter taxonomy and SkillSkape.

    python benchmarks/training/adapters.py occupation skill            # writes src/kesher/data/coding/<kind>.npz
    python benchmarks/training/adapters.py skill --out /tmp --seed 0
    python benchmarks/training/adapters.py occupation --noise 0 --out /tmp    # without noisy and long titles

Reads ``$KESHER_SHARED/data/esco`` and, for skills, ``/bench/skills/skillskape_train.csv`` (training data only; nothing that
quality is reported on). InfoNCE (van den Oord and others 2018) with pairs of labels of one thing, the others of the batch as
what is not; Adam by hand; a 384 × 384 matrix that begins as the identity, and a shift that begins as the mean. Equal
versions, seed and machine give equal bytes. Most of the time is encoding.
"""

import argparse
import ast
import csv
import os
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "src")]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # with one thread sums have one order

import numpy as np
from benchmarks.common.coding import held_out
from benchmarks.training.noise import noisy
from numpy.typing import NDArray

from kesher.adapters.encoders.choice import ADAPTERS
from kesher.adapters.encoders.e5 import Int8
from kesher.adapters.encoders.graph import FIRST
from kesher.engine.coding.embedding import Floats, unit
from kesher.formats import esco, isco

SHARED = Path(os.environ.get("KESHER_SHARED", Path(__file__).parents[3] / "shared"))
VERSIONS = {"occupation": 2, "skill": 1}
NOISE = 0.3  # share of ESCO's titles that are also read as vacancies write them
#: Languages of ESCO 1.0.8 whose labels are used, and of what share of the concepts: so many that encoding them takes minutes.
LANGUAGES = {
    "de fr es it nl pl pt ro sv da bg": 0.6,
    "cs hu el hr fi no sk sl lt lv et": 0.25,
}
ALTERNATIVES = 0.25  # chance that one alternative label of a concept stands beside its name, in languages but English
LONGEST = 90  # characters
BATCH, RATE, TEMPERATURE, WARM = 1024, 1e-3, 0.05, 50
#: Pairs: numbers of texts on one side and on the other, of one thing.
Pair = tuple[NDArray[np.int64], NDArray[np.int64]]
Sources = list[tuple[int, list[Pair]]]


class Texts:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def add(self, texts: Iterable[str]) -> NDArray[np.int64]:
        # Sorted: the order of a set is another in each process, and numbers must not be.
        return np.array([self.number.setdefault(text, len(self.number)) for text in sorted(set(texts))], np.int64)


def occupations(texts: Texts, generator: np.random.Generator, without: set[int], noise: float, seed: int) -> Sources:
    """Sources with their weights: ESCO's labels of one occupation across languages; everyday titles of one unit group across
    languages; everyday titles beside ESCO's labels of the same unit group; with `noise`, so large a share of the labels of
    each occupation written as vacancies write them, beside the clean ones."""
    labels: dict[str, set[str]] = defaultdict(set)
    group: dict[str, str] = {}
    english = esco.read(SHARED / "data/esco/esco-v1.1.1-classification-en.zip").taxonomy
    others = esco.read(SHARED / "data/esco/esco-v1.0.8-occupations-26-languages.zip").taxonomy
    shares = {language: share for names, share in LANGUAGES.items() for language in names.split()}
    for taxonomy in (english, others):
        for number in taxonomy.of_kind(esco.ConceptKind.OCCUPATION):
            uri = taxonomy.concepts.uri[number]
            group.setdefault(uri, taxonomy.concepts.isco[number])
            by_language: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
            for label in taxonomy.labels_of(number):
                if len(label.text) < LONGEST:
                    by_language[label.language][label.role is not esco.LabelRole.PREFERRED].append(label.text)
            for language, (names, alternatives) in sorted(by_language.items()):
                if taxonomy is english:
                    labels[uri].update(names + alternatives)
                elif generator.random() < shares.get(language, 0):
                    labels[uri].update(names)
                    if alternatives and generator.random() < ALTERNATIVES:
                        labels[uri].add(alternatives[int(generator.integers(len(alternatives)))])
    titles = isco.read().titles
    said: dict[str, set[str]] = defaultdict(set)
    for text, code, row in zip(titles.text, titles.isco08, titles.row, strict=True):
        if row not in without:
            said[code].add(text)
    official: dict[str, set[str]] = defaultdict(set)
    for uri, known in labels.items():
        official[group[uri]].update(known)
    concepts = [texts.add(known) for _, known in sorted(labels.items()) if len(known) > 1]
    units = {code: texts.add(known) for code, known in sorted(said.items())}
    across = [(units[code], texts.add(official[code])) for code in sorted(units) if official.get(code)]
    sources: Sources = [(2, [(one, one) for one in concepts]), (1, [(one, one) for one in units.values()]), (1, across)]
    return [*sources, (1, noises(texts, labels, noise, seed))] if noise else sources


def noises(texts: Texts, labels: Mapping[str, Collection[str]], share: float, seed: int) -> list[Pair]:
    """Noisy and long forms of a share of the labels of each thing, at least one, beside its labels. By a generator of its own:
    without noise all other draws stay as they are."""
    generator = np.random.default_rng([seed, 1])
    pairs = []
    for _, known in sorted(labels.items()):
        clean = sorted(known)
        count = max(1, round(share * len(clean)))
        chosen = [clean[one] for one in sorted(generator.permutation(len(clean))[:count].tolist())]
        said = [noisy(one, [other for other in clean if other != one], generator) for one in chosen]
        pairs.append((texts.add(said), texts.add(clean)))
    return pairs


def skills(texts: Texts, generator: np.random.Generator) -> Sources:
    """ESCO's labels of one skill, and SkillSkape's sentences beside the labels of what they name."""
    taxonomy = esco.read(SHARED / "data/esco/esco-v1.1.1-classification-en.zip").taxonomy
    known: dict[str, tuple[str, list[str]]] = {}
    for number in taxonomy.of_kind(esco.ConceptKind.SKILL):
        name = taxonomy.preferred(number, "en")
        known.setdefault(
            name, (name, [label.text for label in taxonomy.labels_of(number) if len(label.text) < LONGEST])
        )
    sentences: dict[str, set[str]] = defaultdict(set)
    with (SHARED / "bench/skills/skillskape_train.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for name in ast.literal_eval(row["skills"]):
                if name.strip() in known:
                    sentences[name.strip()].add(row["sentence"].strip())
    # A few labels of each skill: some have forty that differ by one word.
    chosen = {
        name: [labels[one] for one in sorted(generator.permutation(len(labels))[:5].tolist())]
        for name, (_, labels) in sorted(known.items())
    }
    names = {name: texts.add([name]) for name in sorted(known)}
    labelled = {name: texts.add({name, *labels}) for name, labels in sorted(chosen.items())}
    pairs = [(labelled[name], names[name]) for name in sorted(known) if len(labelled[name]) > 1]
    said = [(texts.add(some), labelled[name]) for name, some in sorted(sentences.items())]
    return [(2, pairs), (1, said)]


def encoded(texts: Sequence[str]) -> Floats:
    """Vectors of length 1, by the encoder the adapters are made for."""
    encoder, begun = Int8(version=FIRST), time.monotonic()  # what the adapters in use were learnt from
    order = sorted(range(len(texts)), key=lambda number: (len(texts[number]), texts[number]))
    found = np.empty((len(texts), 384), np.float32)
    for first in range(0, len(order), 8_192):
        some = order[first : first + 8_192]
        found[some] = unit(encoder.encode([texts[number] for number in some]))
        print(f"  encoded {first + len(some):,} of {len(order):,}, {time.monotonic() - begun:.0f} s", flush=True)
    return found


def trained(vectors: Floats, sources: Sources, steps: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Matrix and shift."""
    width = vectors.shape[1]
    matrix, shift = np.eye(width, dtype=np.float32), -vectors.mean(axis=0)
    first = [np.zeros_like(matrix), np.zeros_like(shift)]
    second = [np.zeros_like(matrix), np.zeros_like(shift)]
    weights = np.array([weight for weight, _ in sources], np.float64)
    chances = weights / weights.sum()

    def adapted(some: Floats) -> tuple[Floats, Floats]:
        turned = (some + shift) @ matrix
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        return lengths, turned / lengths

    def back(slope: Floats, lengths: Floats, rows: Floats) -> Floats:
        """The slope before the scaling to length 1."""
        before: Floats = (slope - (slope * rows).sum(axis=1, keepdims=True) * rows) / lengths
        return before

    for step in range(1, steps + 1):
        pairs = sources[int(generator.choice(len(sources), p=chances))][1]
        chosen = generator.choice(len(pairs), min(BATCH, len(pairs)), replace=False).tolist()
        one, other = (
            vectors[[int(pairs[number][side][generator.integers(len(pairs[number][side]))]) for number in chosen]]
            for side in (0, 1)
        )
        (length_one, rows_one), (length_other, rows_other) = adapted(one), adapted(other)
        scores = rows_one @ rows_other.T / np.float32(TEMPERATURE)
        ahead = np.exp(scores - scores.max(axis=1, keepdims=True))
        ahead /= ahead.sum(axis=1, keepdims=True)
        aback = np.exp(scores - scores.max(axis=0, keepdims=True))
        aback /= aback.sum(axis=0, keepdims=True)
        same = np.arange(len(chosen))
        loss = -float(np.log(ahead[same, same] + 1e-9).mean() + np.log(aback[same, same] + 1e-9).mean()) / 2
        slope = (ahead + aback) / 2
        slope[same, same] -= 1
        slope /= np.float32(len(chosen) * TEMPERATURE)
        turned_one = back(slope @ rows_other, length_one, rows_one)
        turned_other = back(slope.T @ rows_one, length_other, rows_other)
        slopes = [
            (one + shift).T @ turned_one + (other + shift).T @ turned_other,
            (turned_one.sum(axis=0) + turned_other.sum(axis=0)) @ matrix.T,
        ]
        rate = RATE * min(1, step / WARM) * (1 - step / (steps + 1))
        for place, part in enumerate((matrix, shift)):
            first[place] = 0.9 * first[place] + 0.1 * slopes[place]
            second[place] = 0.999 * second[place] + 0.001 * np.square(slopes[place])
            size = np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8
            part -= (rate * (first[place] / (1 - 0.9**step)) / size).astype(np.float32)
        if step % 100 == 0 or step == 1:
            print(f"  step {step} of {steps}: loss {loss:.3f}", flush=True)
    return matrix, shift


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", nargs="+", choices=("occupation", "skill"))
    parser.add_argument("--out", type=Path, default=ADAPTERS, help="the folder to write to")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", action="store_true", help="leave an eighth of the titles out, for measuring only")
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument(
        "--noise", type=float, default=NOISE, help=f"share of ESCO's titles also read as vacancies write them ({NOISE})"
    )
    args = parser.parse_args()
    if args.held_out and args.out == ADAPTERS:
        parser.error("--held-out makes adapters for measuring: say where to with --out")
    for kind in args.kind:
        begun, generator, texts = time.process_time(), np.random.default_rng(args.seed), Texts()
        without = held_out(len(set(isco.read().titles.row))) if args.held_out else set()
        if kind == "occupation":
            sources = occupations(texts, generator, without, args.noise, args.seed)
        else:
            sources = skills(texts, generator)
        print(
            f"{kind}: {len(texts.number):,} texts; pairs of {', '.join(str(len(pairs)) for _, pairs in sources)} things"
        )
        matrix, shift = trained(encoded(list(texts.number)), sources, args.steps, generator)
        args.out.mkdir(parents=True, exist_ok=True)
        path = args.out / f"{kind}.npz"
        name = f"{kind}s {VERSIONS[kind]}"
        if kind == "occupation" and args.noise != NOISE:
            name += f", noise {args.noise:g}"
        np.savez(path, name=np.array(name), matrix=matrix.astype(np.float16), shift=shift.astype(np.float16))
        print(f"{path}: {path.stat().st_size:,} bytes, {time.process_time() - begun:.0f} CPU s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
