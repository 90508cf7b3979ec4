"""``kesher taxonomy``: which classifications are loaded; and the work of ``kesher load esco PATH…``.

Neither needs Django, a server or a database: a taxonomy is one file in the data folder.
"""

import argparse
import json
import sys
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kesher.cli.environment import Environment, Subparsers, say
from kesher.cli.errors import CommandError
from kesher.formats.records import Refusal, UnreadableFile
from kesher.formats.refusals import as_csv, as_data, told

if TYPE_CHECKING:
    from kesher.formats.esco import Reading

#: Remarks printed; all stand in ``--report``.
SHOWN = 20
#: Seconds between two lines of progress where no terminal draws them over each other.
PATIENCE = 2.0


def index_path(given: Path | None = None) -> Path:
    """Where the index of ESCO lies: what was given, else ``taxonomy/esco.npz`` in the data folder."""
    return given if given is not None else Environment.read().data / "taxonomy" / "esco.npz"


def is_there(path: Path) -> bool:
    """Whether something is there. Raises CommandError with exit code 2 where that cannot be seen."""
    try:
        return path.exists()
    except OSError as problem:  # another's folder, a name that is too long
        raise CommandError(f"{path} cannot be looked at: {problem.strerror}.", exit_code=2) from problem


def add_parser(subparsers: Subparsers) -> None:
    """Adds ``kesher taxonomy``."""
    parser = subparsers.add_parser("taxonomy", help="show which classification of occupations and skills is loaded")
    parser.add_argument("--index", type=Path, metavar="FILE", help="another index than that of the data folder")
    parser.add_argument("--verify", action="store_true", help="read the whole index and say whether it is sound")
    parser.add_argument(
        "--compare", type=Path, nargs="+", metavar="PATH", help="say what loading these files instead would change"
    )
    parser.set_defaults(run=run)


def add_load_parser(kinds: Subparsers) -> None:
    """Adds ``kesher load esco``."""
    parser = kinds.add_parser("esco", help="the European classification of occupations and skills, as CSV")
    parser.add_argument("path", type=Path, nargs="+", help="the zips, folders or tables ESCO offers, of any versions")
    parser.add_argument(
        "--release", metavar="V", help="the version, for files whose names do not say it, such as 1.2.0"
    )
    parser.add_argument("--language", metavar="L", help="the language, for tables whose names do not say it")
    parser.add_argument("--index", type=Path, metavar="FILE", help="write the index here, not into the data folder")
    parser.add_argument("--dry-run", action="store_true", help="report what would change, and change nothing")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write all remarks here: .json, else a table (CSV)")
    parser.set_defaults(run=load)


def run(args: argparse.Namespace) -> int:
    """Prints what is loaded, with the notice; 1 when nothing is, or the index is broken."""
    from kesher.formats import esco

    path = index_path(args.index)
    if not is_there(path):
        raise CommandError(
            f"No classification is loaded ({path} is not there).\n"
            f"        Download ESCO as CSV from {esco.DOWNLOAD}, then: kesher load esco FILE…"
        )
    try:
        about = esco.read_about(path)
        broken = esco.faults_of(path) if args.verify else []
    except esco.UnreadableIndex as fault:
        raise CommandError(str(fault)) from fault
    print(f"ESCO {about.esco or 'of unknown version'} ({path})")
    for name, count in about.counts.items():
        print(f"  {count:>9,} {name}")
    print(_wrapped("languages: " + ", ".join(about.languages)))
    if len(about.releases) > 1:
        print(_wrapped(f"languages that {about.esco} lacks here come from {', '.join(about.releases[1:])}"))
    for source in about.sources:
        print(f"  {str(source['sha256'])[:16]}… {source['name']} ({source['version'] or 'version not known'})")
    for part in broken:
        print(f"  broken: {part}")
    if args.verify and not broken:
        print("  the index is sound")
    if args.compare:
        print()
        print(esco.compare(esco.open_index(path), _read(args.compare).taxonomy))
    print()
    print(about.notice)
    return 1 if broken else 0


def load(args: argparse.Namespace) -> int:
    """Reads, reports and writes the index; 1 when nothing could be read."""
    from kesher.formats import esco

    reading = _read(args.path, args.release, args.language)
    taxonomy, path = reading.taxonomy, index_path(args.index)
    before = None
    try:
        before = esco.open_index(path) if is_there(path) else None
    except esco.UnreadableIndex as fault:
        say(f"The index that is there is made anew: {fault}")
    for refusal in reading.refusals[:SHOWN]:
        print(told(refusal))
    if len(reading.refusals) > SHOWN:
        print(f"and {len(reading.refusals) - SHOWN} more; --report FILE writes all")
    if args.report is not None:
        write_remarks(reading.refusals, args.report)
    if before is not None and esco.same(before, taxonomy):
        print(f"unchanged: ESCO {taxonomy.version} is what was loaded")
    elif before is not None:
        print(esco.compare(before, taxonomy))
    if not args.dry_run:
        try:
            esco.write_index(taxonomy, path)
        except OSError as problem:
            raise CommandError(f"The index could not be written to {path}: {problem.strerror}.") from problem
    counts = ", ".join(f"{count:,} {name}" for name, count in taxonomy.counts().items() if count)
    print(f"{'would load' if args.dry_run else 'loaded'} ESCO {taxonomy.version}: {counts};")
    print(f"{len(taxonomy.labels):,} labels in {len(taxonomy.languages)} languages; {path}")
    print(taxonomy.notice)
    return 0


def _read(paths: list[Path], release: str | None = None, language: str | None = None) -> "Reading":
    from kesher.formats import esco

    for path in paths:
        if not is_there(path):
            raise CommandError(f"{path} is not there.", exit_code=2)
    progress = Progress()
    try:
        return esco.read(*paths, version=release, language=language, progress=progress)
    except UnreadableFile as fault:
        raise CommandError(str(fault), exit_code=2) from fault
    finally:
        progress.clear()


class Progress:
    """How far the reading is: one line that is drawn over on a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self.drawn, self.last = sys.stderr.isatty(), time.monotonic()

    def __call__(self, table: str, done: int, total: int) -> None:
        if table or self.drawn:
            self.say(f"{100 * done // max(total, 1):>3} % {table}")

    def say(self, said: str) -> None:
        """How far it is, in words: for what has no end that is known."""
        if self.drawn:
            print(f"\r\x1b[K{said[:100]}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self.last > PATIENCE:
            self.last = time.monotonic()
            print(said, file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self.drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def write_remarks(refusals: Iterable[Refusal], path: Path) -> None:
    """All remarks as JSON or as a table, by the ending of the name. Raises CommandError where that cannot be."""
    if path.suffix.lower() == ".json":
        text = json.dumps(as_data(refusals), ensure_ascii=False, indent=1)
    else:
        text = "\ufeff" + as_csv(refusals)
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise CommandError(f"The report could not be written to {path}: {problem.strerror}.") from problem


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, initial_indent="  ", subsequent_indent="  ")
