"""Coding on the public parts of the sets it is judged on: the character n-grams, beside baseline and gate.

    python benchmarks/coding.py               # all tables
    python benchmarks/coding.py --calibrate   # fit what turns similarity into confidence, on the starter taxonomy alone

Reads ``$KESHER_SHARED/bench`` and ``/data/esco``; nothing is tuned on them. MRR as trec_eval counts it over the first
100, as the MELO paper does; MAP over the whole corpus; RP@5 = right ones among the first five / min(5, how many are
right). Intervals: 95 %, percentile bootstrap over queries, 2,000 draws, seed 0.
"""

import argparse
import csv
import gzip
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the bars are for one core

import numpy as np

from kesher.engine.coding import CharacterNgrams, Coder, Label, Role, Trust, Vocabulary, rank
from kesher.formats import esco, isco
from kesher.words.vocabularies import vocabulary

SHARED = Path(os.environ.get("KESHER_SHARED", Path(__file__).parent.parent.parent / "shared"))
BENCH, ESCO = SHARED / "bench", SHARED / "data" / "esco"
NOT_SKILLS = {"LABEL NOT PRESENT", "UNDERSPECIFIED"}


def rows(path: Path) -> list[list[str]]:
    """The rows of a tab-separated file, packed or not."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line.split("\t") for line in text.decode("utf-8").splitlines()]


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and the 95 % bootstrap interval of the mean."""
    known = np.array(values, np.float64)
    draws = known[np.random.default_rng(0).integers(len(known), size=(2_000, len(known)))].mean(1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(known.mean()), float(low), float(high)


def told(measure: str, values: Sequence[float], baseline: str, gate: str) -> None:
    """One line of the table."""
    mean, low, high = interval(values)
    print(f"{measure:<48} {len(values):>6} {mean:>6.3f} {low:>6.3f}-{high:.3f}  {baseline:<24} {gate}", flush=True)


def ranked(queries: list[list[str]], corpus: list[list[str]], top: int) -> Iterator[tuple[str, list[str]]]:
    """Each query's id with the ids of the corpus, best first, as ``kesher rank`` gives them."""
    corpus = sorted(corpus)
    found = rank([text for _, text in corpus], CharacterNgrams(), [text for _, text in queries], top=top)
    for (query, _), (numbers, _) in zip(queries, found, strict=True):
        yield query, [corpus[number][0] for number in numbers.tolist()]


def relevant(judged: list[list[str]]) -> dict[str, set[str]]:
    right: dict[str, set[str]] = defaultdict(set)
    for query, _, element, grade in judged:
        if int(grade) > 0:
            right[query].add(element)
    return right


def melo(name: str) -> list[float]:
    """Reciprocal rank of the first right label among the first 100, per query."""
    folder = BENCH / "melo" / name
    queries, corpus = rows(folder / "queries.tsv.gz"), rows(folder / "corpus_elements.tsv.gz")
    right = relevant(rows(folder / "annotations.tsv.gz"))
    return [
        next((1 / place for place, one in enumerate(order, 1) if one in right[query]), 0.0)
        for query, order in ranked(queries, corpus, 100)
        if right[query]
    ]


def talentclef() -> list[float]:
    """Average precision over the whole corpus, per query; both files have a line of headings."""
    folder = BENCH / "talentclef" / "english"
    queries, corpus = rows(folder / "queries")[1:], rows(folder / "corpus_elements")[1:]
    right = relevant(rows(folder / "qrels.tsv"))
    precisions = []
    for query, order in ranked(queries, corpus, len(corpus)):
        places = [place for place, one in enumerate(order, 1) if one in right[query]]
        if right[query]:
            hits = sum(found / place for found, place in enumerate(places, 1))
            precisions.append(hits / len(right[query]))
    return precisions


def skills(name: str, taxonomy: esco.Taxonomy) -> list[float]:
    """RP@5 of sentences to ESCO's skills by their nearest label in English, per sentence with a skill."""
    right: dict[str, set[str]] = defaultdict(set)
    with (BENCH / "skills" / f"{name}_validation_annotations.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            right[row["sentence"]].add(row["label"])
    right = {sentence: labels - NOT_SKILLS for sentence, labels in right.items() if labels - NOT_SKILLS}
    texts: list[str] = []
    owner: list[str] = []
    for number in taxonomy.of_kind(esco.ConceptKind.SKILL):
        for label in taxonomy.labels_of(number):
            texts.append(label.text)
            owner.append(taxonomy.preferred(number, "en"))
    precisions = []
    for labels, (numbers, _) in zip(right.values(), rank(texts, CharacterNgrams(), list(right), top=200), strict=True):
        first = list(dict.fromkeys(owner[number] for number in numbers.tolist()))[:5]
        precisions.append(len(labels & set(first)) / min(5, len(labels)))
    return precisions


def ilo() -> tuple[list[list[float]], list[list[float]]]:
    """Hits at 1 and at 5 per title: starter taxonomy alone; and with four fifths of the titles as labels, by five folds."""
    with (BENCH / "ilo" / "ilo_index_en_80.csv").open(encoding="utf-8", newline="") as stream:
        titles = [(row["title"], row["isco08"]) for row in csv.DictReader(stream)]
    starter = vocabulary("occupation", None)
    number = {one.isco08: place for place, one in enumerate(starter.concepts)}
    titles = [(title, code) for title, code in titles if code in number]
    fold = np.random.default_rng(0).permutation(len(titles)) % 5

    def hits(coder: Coder, asked: list[tuple[str, str]]) -> Iterator[tuple[float, float]]:
        for title, code in asked:
            codes = [one.isco08 for one in coder.code(title, language="en").candidates]
            yield float(codes[:1] == [code]), float(code in codes)

    alone = list(hits(Coder(starter), titles))
    trained: list[tuple[float, float]] = []
    for left_out in range(5):
        labels = [
            Label(title, number[code], "en", Role.NAME)
            for (title, code), part in zip(titles, fold, strict=True)
            if part != left_out
        ]
        known = Vocabulary("with ILO titles", starter.concepts, (*starter.labels, *labels), starter.ambiguous)
        asked = [one for one, part in zip(titles, fold, strict=True) if part == left_out]
        trained += hits(Coder(known), asked)
    return [list(one) for one in zip(*alone, strict=True)], [list(one) for one in zip(*trained, strict=True)]


def speed(index: Path) -> None:
    """Building the index of all languages' labels and coding one title, against a plain numpy scan in the same run."""
    known = vocabulary("occupation", index)
    texts = list(dict.fromkeys(label.text for label in known.labels))
    begun = time.process_time()
    coder = Coder(known)
    built = time.process_time() - begun
    generator = np.random.default_rng(0)
    asked = [texts[number] for number in generator.integers(len(texts), size=400)]
    vectors = generator.standard_normal((len(texts), 384)).astype(np.float32)
    query = vectors[0].copy()
    ours, scan = [], []
    for text in asked:
        begun = time.process_time()
        coder.code(text)
        ours.append(time.process_time() - begun)
        begun = time.process_time()
        scores = vectors @ query
        np.argpartition(scores, -20)
        scan.append(time.process_time() - begun)
    p95, exact = (1000 * float(np.percentile(one, 95)) for one in (ours, scan))
    print(
        f"{len(texts):,} distinct labels ({len(known.labels):,} in all): index in {built:.1f} CPU s (gate 360); "
        f"one title p50 {1000 * float(np.median(ours)):.1f}, p95 {p95:.1f} CPU ms;\n"
        f"plain scan of as many vectors of 384 p95 {exact:.1f} CPU ms; ratio {p95 / exact:.2f} (gate 0.8)"
    )


def calibrate(sample: int = 3_000) -> None:
    """Titles of the starter taxonomy with their row left out: how often the first candidate is right, and the fit of Trust."""
    lists, known = isco.read(), vocabulary("occupation", None)
    coder, plain = Coder(known), Trust(slope=0.0, offset=50.0, none=0.0, sure=0.6)
    share = Coder(known, trust=plain)  # its confidence is the bare share of the votes
    before = len(known.labels) - len(lists.titles)
    forms: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(lists.titles.row):
        forms[row].append(place)
    grams = CharacterNgrams().take_in([label.text for label in known.labels])
    less = np.array([0.05 * (label.role is Role.ALTERNATIVE) for label in known.labels], np.float32)
    seen = []
    for row in np.random.default_rng(0).choice(len(forms), sample, replace=False).tolist():
        without = np.zeros(len(known.labels), np.bool_)
        without[[before + place for place in forms[row]]] = True
        text, code, language = (getattr(lists.titles, name)[forms[row][0]] for name in ("text", "isco08", "language"))
        found = share.code(text, without=without).candidates
        if not found:
            continue
        best = float((grams.similarities(text) - less)[~without].max())
        codes = [one.isco08 for one in found]
        seen.append((language, best, found[0].confidence, codes[0] == code, code in codes))
    print("titles of the starter taxonomy, their own row left out (pessimistic: what people say is often listed)")
    for language in ("en", "he", "ar"):
        mine = [one for one in seen if one[0] == language]
        told(f"  {language} @1", [float(one[3]) for one in mine], "", "")
        told(f"  {language} @5", [float(one[4]) for one in mine], "", "")
    best, part, right = (np.array([float(one[column]) for one in seen]) for column in (1, 2, 3))

    def loss(slope: float, offset: float) -> float:
        chance = np.clip(part / (1 + np.exp(-(slope * best + offset))), 1e-4, 1 - 1e-4)
        return -float((right * np.log(chance) + (1 - right) * np.log(1 - chance)).mean())

    grid = [(slope / 4, offset / 4) for slope in range(81) for offset in range(-24, 17)]
    slope, offset = min(grid, key=lambda pair: loss(*pair))
    print(f"fit: slope {slope}, offset {offset}; in use: {coder.trust.slope}, {coder.trust.offset}")
    chance = part / (1 + np.exp(-(slope * best + offset)))
    print("  confidence        titles   right   mean confidence")
    for low in np.arange(0, 1, 0.1):
        among = (chance >= low) & (chance < low + 0.1)
        if among.any():
            print(
                f"  {low:.1f} to {low + 0.1:.1f} {among.sum():>12} {right[among].mean():>7.2f} {chance[among].mean():>10.2f}"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calibrate", action="store_true", help="fit the confidence and stop")
    if parser.parse_args().calibrate:
        calibrate()
        return 0
    if not BENCH.is_dir() or not ESCO.is_dir():
        print(f"skipped: {BENCH} and {ESCO} are not here (set KESHER_SHARED)")
        return 0
    print(f"{'measure, character n-grams only':<48} {'n':>6} {'mean':>6} {'95 % interval':>12}  {'baseline':<24} gate")
    german, french = melo("deu_q_de_c_de"), melo("fra_q_fr_c_fr")
    told("MELO same language, German: MRR", german, "", "")
    told("MELO same language, French: MRR", french, "", "")
    both = (float(np.mean(german)) + float(np.mean(french))) / 2
    print(
        f"{'MELO same language, mean of the two: MRR':<48} {'':>6} {both:>6.3f} {'':>12}  {'n-gram .476, e5 .485':<24} .50"
    )
    told("MELO German to English: MRR", melo("deu_q_de_c_en"), "e5 .237", ".32")
    told("TalentCLEF 2025 A, English validation: MAP", talentclef(), "n-gram .336, e5 .430", ".51")
    english = esco.read(ESCO / "esco-v1.1.1-classification-en.zip").taxonomy
    told("skills, HOUSE validation: RP@5", skills("house", english), "BM25 .29", ".56")
    told("skills, TECH validation: RP@5", skills("tech", english), "BM25 .43", ".62")
    alone, trained = ilo()
    told("ILO titles, starter taxonomy alone: @1", alone[0], "", "")
    told("ILO titles, starter taxonomy alone: @5", alone[1], "", "")
    told("ILO titles, with 4/5 of them (five folds): @1", trained[0], "n-gram .45", ".70")
    told("ILO titles, with 4/5 of them (five folds): @5", trained[1], "n-gram .69", ".93")
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "esco.npz"
        esco.write_index(esco.read(*sorted(ESCO.glob("*.zip"))).taxonomy, index)
        speed(index)
    print(f"peak memory of this run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
