"""``kesher load stats PATH…``: figures of statistical offices, each data set a vintage in the data folder.

It needs neither Django, a server nor a database. Nothing is written before everything has been read.

``kesher load pack NAME FOLDER``: places and tables of a country, into the data folder and the database, where pages find them.
"""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django
from kesher.cli.errors import CommandError
from kesher.cli.evaluate import names
from kesher.cli.taxonomy import Progress, write_remarks

if TYPE_CHECKING:
    from kesher.formats.records import Refusal
    from kesher.formats.statistics import Structures
    from kesher.formats.statistics.keeping import Keeper, Written
    from kesher.formats.statistics.report import StatisticsReport

DIALECTS = (
    "sdmx-ml",
    "sdmx-json",
    "sdmx-csv-1",
    "sdmx-csv-2",
    "ilostat",
    "oecd-stat",
    "json-stat",
    "il-cbs",
    "table",
)


def add_load_parser(kinds: Subparsers) -> None:
    """Adds ``kesher load stats``."""
    parser = kinds.add_parser("stats", help="figures of statistical offices, kept by data set and vintage")
    add = parser.add_argument
    add("path", type=Path, nargs="+", help="files, folders or zips; .gz is unpacked")
    add("--dialect", choices=DIALECTS, help="refuse what is in another form (default: seen from the file)")
    add("--mapping", type=Path, metavar="M", help="for other tables: the file that says what each column is")
    add("--structure", type=Path, metavar="S", help="the SDMX structure message, where it is not beside the data")
    add("--dimensions", type=names, default=(), metavar="A,B,…", help="those of an SDMX-CSV without its structure")
    add("--source", default="", metavar="TEXT", help="who published it, where the file does not say it")
    add("--licence", default="", metavar="TEXT", help="on what terms, where the file does not say it")
    add("--url", default="", metavar="U", help="where it was fetched")
    add("--retrieved", type=day, metavar="DATE", help="when it was fetched, such as 2026-11-28")
    add("--folder", type=Path, metavar="DIR", help="keep it here, not in the data folder")
    add("--strict", action="store_true", help="write nothing when a row has to be left out")
    add("--dry-run", action="store_true", help="report what would change, and change nothing")
    add("--report", type=Path, metavar="FILE", help="write all remarks here: .json, else a table (CSV)")
    parser.set_defaults(run=run)


def day(text: str) -> date:
    """A day as ISO 8601 writes it; argparse ends with 2 where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2026-11-28") from None


def home(given: Path | None) -> Path:
    """Where vintages lie: what was given, else ``statistics`` in the data folder."""
    return given if given is not None else Environment.read().data / "statistics"


def run(args: argparse.Namespace) -> int:
    """Reads everything, reports, writes; exit 2, and nothing written, where a file cannot be read."""
    from kesher.formats.records import UnreadableFile
    from kesher.formats.statistics.keeping import Keeper

    for path in (*args.path, args.mapping, args.structure):
        if path is not None and not path.exists():
            raise CommandError(f"{path} is not there.", exit_code=2)
    keeper = Keeper(datetime.now(UTC).date())
    progress = Progress()
    refusals: list[Refusal] = []
    try:
        structures = None if args.structure is None else _structures(args.structure)
        for path in args.path:
            report = _read(args, path, structures, keeper, progress)
            progress.clear()
            print("\n".join(report.lines()))
            refusals += report.refusals
    except UnreadableFile as fault:
        raise CommandError(str(fault), exit_code=2) from fault
    finally:
        progress.clear()
    left_out = sum(one.fatal for one in refusals)
    strict = args.strict and left_out > 0
    if args.report is not None:
        write_remarks(refusals, args.report)
    if strict:
        raise CommandError(f"{left_out:,} rows would be left out, so nothing was written (--strict).", exit_code=2)
    _write(args, keeper)
    return 0


def _read(
    args: argparse.Namespace, path: Path, structures: "Structures | None", keeper: "Keeper", progress: Progress
) -> "StatisticsReport":
    from kesher.formats.statistics import read
    from kesher.formats.statistics.report import counted

    reading = read(
        path,
        mapping=args.mapping,
        structures=structures,
        dimensions=args.dimensions,
        source=args.source,
        licence=args.licence,
        url=args.url,
        retrieved=args.retrieved,
    )
    report = counted(reading, sink=keeper, progress=lambda count: progress.say(f"{count:,} figures {path.name}"))
    if not report.observations:
        first = next((one for one in report.refusals if one.fatal), None)
        why = "" if first is None else f" The first remark: {first.file}: {first.reason} {first.remedy}"
        raise CommandError(f"{path}: there is no figure in it.{why}", exit_code=2)
    for one in report.datasets:
        if args.dialect is not None and one.provenance.dialect != args.dialect:
            raise CommandError(
                f"{one.provenance.file}: it is in the form {one.provenance.dialect}, not {args.dialect}.", exit_code=2
            )
    return report


def _structures(path: Path) -> "Structures":
    from kesher.formats.statistics import Structures, open_statistics, read_structures

    found = Structures()
    for file in open_statistics(path):
        found.add(read_structures(file))
    return found


def _write(args: argparse.Namespace, keeper: "Keeper") -> None:
    folder = home(args.folder)
    try:
        written = keeper.write(folder, dry_run=args.dry_run)
    except OSError as problem:
        raise CommandError(
            f"Nothing was written: {problem.filename or folder} cannot be written ({problem.strerror})."
        ) from problem
    for one in written:
        print(_said(one, args.dry_run))
    if keeper.deletions:
        print(f"not carried out: {keeper.deletions:,} deletions, because vintages stay what they were")


def _said(one: "Written", dry_run: bool) -> str:
    more = f", {one.repeated:,} repeated ones left out" if one.repeated else ""
    if not one.new:
        return f"unchanged: {one.dataset}, {one.figures:,} figures{more}; {one.path}"
    return f"{'would keep' if dry_run else 'kept'}: {one.dataset}, {one.figures:,} figures{more}; {one.path}"


# --- packs -----------------------------------------------------------------------------------------------------------


def add_pack_parser(kinds: Subparsers) -> None:
    """Adds ``kesher load pack``."""
    parser = kinds.add_parser("pack", help="places and tables of a country: a manifest and the folder of its files")
    add = parser.add_argument
    add("name", help="such as il, or a manifest of one's own that ends in .toml")
    add("path", type=Path, help="the folder that holds the pack's files")
    add("--folder", type=Path, metavar="DIR", help="keep vintages here, not in the data folder")
    add("--report", type=Path, metavar="FILE", help="write all remarks here: .json, else a table (CSV)")
    parser.set_defaults(run=run_pack)


def run_pack(args: argparse.Namespace) -> int:
    """Loads places and figures, and prints what came of it; 1 when something of it was not taken in."""
    if not args.path.is_dir():
        raise CommandError(f"{args.path} is not a folder.", exit_code=2)
    with database_up(Environment.read()):
        set_up_django("app")
        from kesher.formats.records import UnreadableFile
        from kesher.formats.statistics.keeping import UnreadableVintage
        from kesher.insights.packs import NoSuchPack, load_pack, manifest
        from kesher.insights.serving import NotServed

        progress = Progress()
        try:
            pack = manifest(args.name)
            report = load_pack(
                pack, args.path, home=home(args.folder), today=datetime.now(UTC).date(), progress=progress.say
            )
        except (NoSuchPack, NotServed, UnreadableFile, UnreadableVintage) as fault:
            raise CommandError(str(fault), exit_code=2) from fault
        except OSError as problem:
            raise CommandError(f"{problem.filename} cannot be read or written: {problem.strerror}.") from problem
        finally:
            progress.clear()
    print("\n".join(report.lines()))
    if args.report is not None:
        write_remarks(report.refusals, args.report)
    return 0 if report.succeeded else 1
