"""What coding one title takes beside a plain scan, and building the index: the last bar of coding.

The bar says "code one title: p95 at most .8 of the exact scan's in the same run". Taken by the letter, the left side is the
whole of coding (encoding, spelling, search, vote) and the right side nothing but a product with a matrix: that ratio is the
one the gate is for, and the first that is printed. Beside it stand two in which both sides do the same job.
"""

import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from benchmarks.common.coding import embedder

from kesher.adapters.encoders import choose
from kesher.adapters.encoders.e5 import Int8, WheelEngine
from kesher.engine.coding import Coder, Vocabulary
from kesher.engine.coding.embedding import DECIMALS, Floats, Numbers, highest, unit
from kesher.engine.coding.fusion import Together

TITLES = 400
VOTERS = 100


@dataclass(frozen=True)
class Scanned:
    """The same texts, looked for by a plain scan: whole vectors as float32, all of them, and all lists of n-grams."""

    known: Together
    vectors: Floats

    def __len__(self) -> int:
        return len(self.known)

    def similarities(self, text: str) -> Floats:
        return self.known.similarities(text)

    def nearest(self, text: str, count: int) -> tuple[Numbers, Floats]:
        queries, beside = self.known.asked(text)
        scores = np.round(self.known.together(self.vectors @ queries[0], beside), DECIMALS)
        best = highest(scores, count)
        return best, scores[best]


def encoding(titles: Sequence[str]) -> None:
    """Titles encoded in a second, beside the wheel's own engine."""
    ours, theirs = Int8(), WheelEngine()
    rates = []
    for encoder, texts in ((ours, titles), (theirs, titles[:200])):
        encoder.encode(texts[:20])
        rates.append(len(texts) / spent(lambda encoder=encoder, texts=texts: encoder.encode(texts)))
    print(
        f"titles encoded per CPU second: {rates[0]:.0f}, the wheel's engine {rates[1]:.0f}; ratio {rates[0] / rates[1]:.1f}"
    )


def speed(known: Vocabulary, titles: Sequence[str]) -> None:
    """Prints the table. known: what is indexed; titles: what is coded, some of them."""
    if choose().own:
        encoding([titles[number] for number in np.random.default_rng(1).integers(len(titles), size=1_000)])
    begun = time.process_time()
    coder = Coder(known, embedder("occupation", "all"))
    built = time.process_time() - begun
    print(
        f"{len(coder.compared):,} distinct labels: index in {built:.0f} CPU s (gate 360, stretch 180; 0 to 3 if kept)"
    )
    # The titles of the figures before: once the matrix of the plain scan was drawn before them.
    draw = np.random.default_rng(0)
    for _ in range(len(coder.compared)):
        draw.standard_normal(384)
    asked = [titles[number] for number in draw.integers(len(titles), size=TITLES).tolist()]
    if isinstance(coder.compared, Together):
        beside_a_scan(coder, coder.compared, asked)
    else:
        times = [1000 * spent(lambda text=text: coder.code(text)) for text in asked]
        print(f"one title p50 {np.median(times):.1f}, p95 {np.percentile(times, 95):.1f} CPU ms")


def beside_a_scan(coder: Coder, known: Together, asked: Sequence[str]) -> None:
    """Each title in turn by both ways, so that what else the machine does falls on both."""
    vectors = known.vectors.vectors.astype(np.float32)
    scanning = copy(coder)
    scanning.compared = Scanned(known, vectors)
    none = np.zeros(len(coder.vocabulary.labels), np.bool_)
    queries = unit(known.encoder.encode(asked))
    times: dict[str, list[float]] = {}
    same, same_scan = [], []

    def take(name: str, what: Callable[[], object]) -> None:
        times.setdefault(name, []).append(1000 * spent(what))

    def search(query: Floats) -> None:
        among = known.vectors.candidates(query)
        highest(known.vectors.exact(query, among), VOTERS)

    for text, query in zip(asked, queries, strict=True):
        take("coding one title", lambda text=text: coder.code(text))
        take("plain scan, product and 20 best", lambda query=query: np.argpartition(vectors @ query, -20))
        take("coding by a scan of everything", lambda text=text: scanning.code(text))
        take("search of vectors alone", lambda query=query: search(query[None]))
        take("encoding alone", lambda text=text: known.encoder.encode([text]))
        first, whole, plain = coder.code(text), coder.code(text, without=none), scanning.code(text)
        same.append([one.concept for one in first.candidates] == [one.concept for one in whole.candidates])
        same_scan.append([one.concept for one in first.candidates] == [one.concept for one in plain.candidates])
    print(f"{'CPU ms, ' + str(len(asked)) + ' titles':<36} {'p50':>6} {'p95':>6} {'mean':>6}")
    for name, values in times.items():
        print(f"{name:<36} {np.median(values):>6.1f} {np.percentile(values, 95):>6.1f} {np.mean(values):>6.1f}")

    def ratio(one: str, other: str) -> float:
        return float(np.percentile(times[one], 95) / np.percentile(times[other], 95))

    whole, scan = "coding one title", "plain scan, product and 20 best"
    print(f"p95 to p95, coding one title to the bare plain scan: {ratio(whole, scan):.2f} (gate .8, stretch .3)")
    print(f"  both whole, to coding by a scan of everything: {ratio(whole, 'coding by a scan of everything'):.2f}")
    print(f"  both bare, search of vectors alone to the plain scan: {ratio('search of vectors alone', scan):.2f}")
    share, by_scan = (100 * float(np.mean(one)) for one in (same, same_scan))
    print(f"the same five in the same order: {share:.1f} % (gate 99.5); as by the plain scan: {by_scan:.1f} %")


def spent(what: Callable[[], object]) -> float:
    """CPU seconds."""
    begun = time.process_time()
    what()
    return time.process_time() - begun
