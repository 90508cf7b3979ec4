"""Coding on the public parts of the sets it is judged on, beside baseline and gate.

    python benchmarks/coding.py                       # all tables, with the encoder that works here
    KESHER_ENCODER=ngrams python benchmarks/coding.py # the same with n-grams alone
    python benchmarks/coding.py --only melo skills    # some
    python benchmarks/coding.py --calibrate           # fit what turns similarity into confidence, on the starter taxonomy alone

Reads ``$KESHER_SHARED/bench`` and ``/data/esco``. MRR as trec_eval counts it over the first 100, as the MELO paper does; MAP
over the whole corpus; RP@5 = right ones among the first five / min(5, how many are right). Intervals: 95 %, percentile
bootstrap over queries, 2,000 draws, seed 0. `--keep FOLDER` keeps encoded lists between runs.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the bars are for one core

import numpy as np
from benchmarks.common.coding import OPTIONS, embedder, held_out, rows, told
from benchmarks.common.coding_speed import speed
from benchmarks.common.everyday import SPLITS, everyday
from benchmarks.common.senseless import senseless
from benchmarks.common.vacancy_titles import vacancy_titles

from kesher.engine.coding import Coder, Label, Needed, Role, Vocabulary, rank
from kesher.engine.coding.needed import OPTIONAL
from kesher.formats import esco, isco
from kesher.words.vocabularies import INDEXED, vocabulary

SHARED = Path(os.environ.get("KESHER_SHARED", Path(__file__).parent.parent.parent / "shared"))
BENCH, ESCO = SHARED / "bench", SHARED / "data" / "esco"
PARTS = ("everyday", "senseless", "vacancies", "melo", "talentclef", "skills", "ilo", "needed", "speed")
NOT_SKILLS = {"LABEL NOT PRESENT", "UNDERSPECIFIED"}


def ranked(name: str, queries: list[list[str]], corpus: list[list[str]], top: int) -> Iterator[tuple[str, list[str]]]:
    """Each query's id with the ids of the corpus, best first, as ``kesher rank`` gives them."""
    corpus = sorted(corpus)
    found = rank([text for _, text in corpus], embedder("occupation", name), [text for _, text in queries], top=top)
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
        for query, order in ranked(name, queries, corpus, 100)
        if right[query]
    ]


def ilo_titles() -> list[tuple[str, str]]:
    """The ILO's titles with their codes."""
    with (BENCH / "ilo" / "ilo_index_en_80.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["title"], row["isco08"]) for row in csv.DictReader(stream)]


def titles_of_sets() -> list[tuple[str, str, list[str]]]:
    """Titles that people wrote, in a language no list has and in two that they have: name, language, texts."""
    german, french = (
        [text for _, text in rows(BENCH / "melo" / name / "queries.tsv.gz")]
        for name in ("deu_q_de_c_de", "fra_q_fr_c_fr")
    )
    english = [title for title, _ in ilo_titles()]
    return [
        ("MELO's German titles", "de", german),
        ("MELO's French titles", "fr", french),
        ("ILO titles", "en", english),
    ]


def talentclef() -> list[float]:
    """Average precision over the whole corpus, per query; both files have a line of headings."""
    folder = BENCH / "talentclef" / "english"
    queries, corpus = rows(folder / "queries")[1:], rows(folder / "corpus_elements")[1:]
    right = relevant(rows(folder / "qrels.tsv"))
    precisions = []
    for query, order in ranked("talentclef", queries, corpus, len(corpus)):
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
    for labels, (numbers, _) in zip(
        right.values(), rank(texts, embedder("skill", "esco"), list(right), top=200), strict=True
    ):
        first = list(dict.fromkeys(owner[number] for number in numbers.tolist()))[:5]
        precisions.append(len(labels & set(first)) / min(5, len(labels)))
    return precisions


def ilo() -> tuple[list[list[float]], list[list[float]]]:
    """Hits at 1 and at 5 per title: starter taxonomy alone; and with four fifths of the titles as labels, by five folds."""
    titles = ilo_titles()
    starter = vocabulary("occupation", None)
    number = {one.isco08: place for place, one in enumerate(starter.concepts)}
    titles = [(title, code) for title, code in titles if code in number]
    fold = np.random.default_rng(0).permutation(len(titles)) % 5
    labels = tuple(Label(title, number[code], "en", Role.NAME) for title, code in titles)
    # One index with all of them, in which a fold leaves its own labels out: what is left is what a list without them would be.
    known = Vocabulary("with ILO titles", starter.concepts, (*starter.labels, *labels), starter.ambiguous)
    coder = Coder(known, embedder("occupation", "ilo"))

    def hits(without: np.ndarray, asked: list[tuple[str, str]]) -> Iterator[tuple[float, float]]:
        for title, code in asked:
            codes = [one.isco08 for one in coder.code(title, language="en", without=without).candidates]
            yield float(codes[:1] == [code]), float(code in codes)

    own = np.concatenate((np.full(len(starter.labels), -1), fold))
    alone = list(hits(own >= 0, titles))
    trained: list[tuple[float, float]] = []
    for part in range(5):
        trained += hits(own == part, [one for one, at in zip(titles, fold, strict=True) if at == part])
    return [list(one) for one in zip(*alone, strict=True)], [list(one) for one in zip(*trained, strict=True)]


def title_skills(taxonomy: esco.Taxonomy) -> list[float]:
    """Average precision of the essential skills of an occupation by its name, the occupation left out.

    Of the 600 drawn with seed 0 the even ones chose neighbours, temperature and the weight of optional skills; these are the
    odd.
    """
    occupations = list(taxonomy.of_kind(esco.ConceptKind.OCCUPATION))
    skill = {number: place for place, number in enumerate(taxonomy.of_kind(esco.ConceptKind.SKILL))}
    pairs = [(place, label.text) for place, one in enumerate(occupations) for label in taxonomy.labels_of(one)]
    needs = [
        [(skill[number], 1.0 if essential else OPTIONAL) for number, essential in taxonomy.skills_of(one)]
        for one in occupations
    ]
    labels = embedder("occupation", "esco-en").take_in([text for _, text in pairs])
    needed = Needed.of(labels, [place for place, _ in pairs], needs, len(skill))
    precisions = []
    for place in np.random.default_rng(0).choice(len(occupations), 600, replace=False).tolist()[1::2]:
        right = {number for number, weight in needs[place] if weight == 1}
        if right:
            scores = needed.scores(taxonomy.preferred(occupations[place], "en"), without=place)
            order = np.argsort(-scores, kind="stable")
            hits = np.flatnonzero(np.isin(order, list(right)) & (scores[order] > 0)) + 1
            precisions.append(float((np.arange(1, len(hits) + 1) / hits).sum() / len(right)))
    return precisions


def calibrate(sample: int = 3_000) -> None:
    """Titles of the starter taxonomy with their rows left out: how often the first candidate is right, and the fit of Trust.

    The rows are those that ``training/adapters.py --held-out`` leaves out: with its adapter neither the index nor the adapter
    has seen them. All of these rows are left out of the index at once.
    """
    lists, known = isco.read(), vocabulary("occupation", None)
    found_by = embedder("occupation", "starter")
    # Its confidence is the bare share of the votes.
    share = Coder(known, found_by, trust=replace(found_by.trust, slope=0.0, offset=50.0, none=-1.0))
    before = len(known.labels) - len(lists.titles)
    forms: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(lists.titles.row):
        forms[row].append(place)
    less = np.array(
        [found_by.trust.alternative * (label.role is Role.ALTERNATIVE) for label in known.labels], np.float32
    )
    rows_left_out = sorted(held_out(len(forms)))
    without = np.zeros(len(known.labels), np.bool_)
    without[[before + place for row in rows_left_out for place in forms[row]]] = True
    seen = []
    for row in np.random.default_rng(0).permutation(rows_left_out)[:sample].tolist():
        text, code, language = (getattr(lists.titles, name)[forms[row][0]] for name in ("text", "isco08", "language"))
        found = share.code(text, language=language, without=without).candidates
        if not found:
            continue
        best = float((share.compared.similarities(text)[share.text_of] - less)[~without].max())
        codes = [one.isco08 for one in found]
        seen.append((language, best, found[0].confidence, codes[0] == code, code in codes))
    print(
        "titles of the starter taxonomy, an eighth of the rows left out (pessimistic: what people say is often listed)"
    )
    for language in sorted({one[0] for one in seen}):
        mine = [one for one in seen if one[0] == language]
        told(f"  {language} @1", [float(one[3]) for one in mine], "", "")
        told(f"  {language} @5", [float(one[4]) for one in mine], "", "")
    best, part, right = (np.array([float(one[column]) for one in seen]) for column in (1, 2, 3))

    def loss(slope: float, offset: float) -> float:
        chance = np.clip(part / (1 + np.exp(-(slope * best + offset))), 1e-4, 1 - 1e-4)
        return -float((right * np.log(chance) + (1 - right) * np.log(1 - chance)).mean())

    grid = [(slope / 4, offset / 4) for slope in range(81) for offset in range(-40, 17)]
    slope, offset = min(grid, key=lambda pair: loss(*pair))
    print(f"fit: slope {slope}, offset {offset}; in use: {found_by.trust.slope}, {found_by.trust.offset}")
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
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the tables")
    parser.add_argument("--adapters", type=Path, help="a folder with other adapters, such as those for --calibrate")
    parser.add_argument("--split", nargs="+", choices=SPLITS, default=SPLITS, help="which half of the everyday titles")
    parser.add_argument("--keep", type=Path, help="a folder for encoded lists")
    args = parser.parse_args()
    OPTIONS["keep"], OPTIONS["adapters"] = args.keep, args.adapters
    if args.calibrate:
        calibrate()
        return 0
    print(f"encoder: {embedder('occupation', 'none').name}; {embedder('skill', 'none').name}")
    print(f"{'measure':<48} {'n':>6} {'mean':>6} {'95 % interval':>12}  {'baseline':<24} gate")
    if "everyday" in args.only:
        everyday(args.split)
    if not BENCH.is_dir() or not ESCO.is_dir():
        print(f"the rest is skipped: {BENCH} and {ESCO} are not here (set KESHER_SHARED)")
        return 0
    if "senseless" in args.only:
        senseless(titles_of_sets())
    if "vacancies" in args.only:
        vacancy_titles(ilo_titles())
    if "melo" in args.only:
        german, french = melo("deu_q_de_c_de"), melo("fra_q_fr_c_fr")
        told("MELO same language, German: MRR", german, "", "")
        told("MELO same language, French: MRR", french, "", "")
        both, name = (float(np.mean(german)) + float(np.mean(french))) / 2, "MELO same language, mean of the two: MRR"
        print(f"{name:<48} {'':>6} {both:>6.3f} {'':>12}  {'n-gram .476, e5 .485':<24} .50")
        told("MELO German to English: MRR", melo("deu_q_de_c_en"), "e5 .237", ".32")
    if "talentclef" in args.only:
        told("TalentCLEF 2025 A, English validation: MAP", talentclef(), "n-gram .336, e5 .430", ".51")
    if "skills" in args.only:
        english = esco.read(ESCO / "esco-v1.1.1-classification-en.zip").taxonomy
        told("skills, HOUSE validation: RP@5", skills("house", english), "BM25 .29", ".56, low > .44")
        told("skills, TECH validation: RP@5", skills("tech", english), "BM25 .43", ".62, low > .58")
    if "ilo" in args.only:
        alone, trained = ilo()
        told("ILO titles, starter taxonomy alone: @1", alone[0], "", "")
        told("ILO titles, starter taxonomy alone: @5", alone[1], "", "")
        told("ILO titles, with 4/5 of them (five folds): @1", trained[0], "n-gram .45", ".70")
        told("ILO titles, with 4/5 of them (five folds): @5", trained[1], "n-gram .69", ".93")
    if "needed" in args.only:
        related = esco.read(*sorted(ESCO.glob("esco-v1.1.1-*.zip"))).taxonomy
        told("title to essential skills, left out: MAP", title_skills(related), ".115 direct", ".40")
    if "speed" in args.only:
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "esco.npz"
            esco.write_index(esco.read(*sorted(ESCO.glob("*.zip"))).taxonomy, index)
            speed(vocabulary("occupation", index).only(INDEXED), [title for title, _ in ilo_titles()])
    print(f"peak memory of this run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
