"""What the index of words costs a process of the portal, on the lists that come with Kesher: seconds, memory, per question.

    python benchmarks/words.py [--encoder kesher.adapters.…]

CPU seconds and resident memory of one process; questions are the titles of ``QUESTIONS``, each asked ``--rounds`` times. The
encoder is n-grams, or what ``settings.CODING_ENCODER`` could name.
"""

import argparse
import gc
import os
import sys
import time
from importlib import import_module
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "src")]
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from kesher.engine.coding import CharacterNgrams, Coder
from kesher.words.memory import give_back
from kesher.words.vocabularies import KINDS, vocabulary

QUESTIONS = (
    "נהג משאית",
    "I was a nurse in Addis Ababa",
    "خباز من حلب",
    "працювала на баштовому крані в Харкові",
    "I took care of my mother for ten years, never had a contract",
    "በአዲስ አበባ ነርስ ነበርኩ",
    "infirmière de nuit",
    "машинист башенного крана",
)


def resident() -> float:
    """Megabytes this process holds now (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default="", help="dotted name of a function: kind -> what compares texts")
    parser.add_argument("--rounds", type=int, default=50)
    args = parser.parse_args()
    module, _, name = args.encoder.rpartition(".")
    before = resident()
    print(
        f"{'kind':<12}{'labels':>8}{'read, CPU s':>13}{'MB built':>9}{'MB held':>9}{'p50 ms':>8}{'p95 ms':>8}  compared by"
    )
    coders = {}
    for kind in KINDS:
        begun = time.process_time()
        embedder = getattr(import_module(module), name)(kind) if name else CharacterNgrams()
        coder = coders[kind] = Coder(vocabulary(kind, None), embedder)
        read, most_held = time.process_time() - begun, resident()
        give_back()
        held = resident()
        taken = []
        for text in QUESTIONS * args.rounds:
            begun = time.process_time()
            coder.code(text)
            taken.append(1000 * (time.process_time() - begun))
        half, most = np.percentile(taken, [50, 95])
        labels = len(coder.vocabulary.labels)
        costs = f"{read:>13.2f}{most_held - before:>9.0f}{held - before:>9.0f}{half:>8.1f}{most:>8.1f}"
        print(f"{kind:<12}{labels:>8}{costs}  {embedder.name}")
        before = resident()


if __name__ == "__main__":
    main()
