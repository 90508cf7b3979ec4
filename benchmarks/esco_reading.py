"""Reading ESCO: our reader against ``csv.reader`` over the same bytes, then opening the index, in one run.

``csv.reader`` only cuts the bytes into cells; ours also cleans, checks, numbers and sorts them. Both unpack and decode the
same zips. Each is run `rounds` times, in turn, and the best of each is taken: other work on the machine only adds.

    python benchmarks/esco_reading.py [rounds, default 3]
"""

import csv
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "src")]

from kesher.formats import esco
from kesher.formats.files import open_files

SHARED = Path(os.environ.get("KESHER_SHARED", Path(__file__).parent.parent.parent / "shared"))
FOLDER = SHARED / "data" / "esco"
RELEASES = {
    "1.1.1, English, all relations": ("esco-v1.1.1-classification-en.zip", "esco-v1.1.1-relations.zip"),
    "1.1.1, relations (no quotes)": ("esco-v1.1.1-relations.zip",),
    "1.0.8, occupations, 26 languages": (
        "esco-v1.0.8-occupations-26-languages.zip",
        "esco-v1.0.8-isco-groups-26-languages.zip",
    ),
}


def plain(paths: list[Path]) -> int:
    """Cells of all tables, cut by ``csv.reader``."""
    cells = 0
    for path in paths:
        files = open_files(path)
        for name in files:
            text = files.read(name).decode("utf-8-sig")
            cells += sum(map(len, csv.reader(io.StringIO(text, newline=""))))
    return cells


def best(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Least CPU seconds of each, run in turn."""
    least = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            begun = time.process_time()
            work()
            least[place] = min(least[place], time.process_time() - begun)
    return least


def cut_relations() -> None:
    """What our reader does to a table without quotes, without what comes after: bytes to columns."""
    from kesher.formats.esco.cells import read_cells
    from kesher.formats.esco.remarks import Remarks

    files = open_files(FOLDER / "esco-v1.1.1-relations.zip")
    for name in files:
        read_cells(files.read(name), name, Remarks())


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    if not FOLDER.is_dir():
        print(f"skipped: the releases of ESCO are not in {FOLDER} (set KESHER_SHARED)")
        return 0
    csv.field_size_limit(1 << 24)  # one cell of conceptSchemes has 627,354 characters; ours takes it anyhow
    print(f"{'CPU seconds, best of ' + str(rounds):<36} {'csv.reader':>10} {'ours':>8} {'ratio':>7}")
    for title, names in RELEASES.items():
        paths = [FOLDER / name for name in names]
        alone = len(names) == 1
        ours = cut_relations if alone else lambda paths=paths: esco.read(*paths)
        theirs, own = best(rounds, lambda paths=paths: plain(paths), ours)
        print(f"{title:<36} {theirs:>10.2f} {own:>8.2f} {own / theirs:>6.2f}x")
    every = [FOLDER / name for names in RELEASES.values() for name in names if len(names) > 1]
    taxonomy = esco.read(*every).taxonomy
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "esco.npz"
        (write,) = best(1, lambda: esco.write_index(taxonomy, index))
        opened, first = best(rounds, lambda: esco.open_index(index), lambda: esco.open_index(index).preferred(0, "fr"))
        size = index.stat().st_size / 1e6
    print(
        f"both releases together: {len(taxonomy):,} concepts, {len(taxonomy.labels):,} labels, "
        f"{len(taxonomy.labels.text):,} distinct"
    )
    print(
        f"index: {size:.0f} MB, written in {write:.2f} s, opened in {1000 * opened:.1f} ms, "
        f"opened and one label read in {1000 * first:.1f} ms"
    )
    print(f"peak memory of this run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
