"""``kesher place``: proposes a place for each household, with the proven bound, who is worse off, and why.

It needs no server and no database: tables in, a proposal out. It decides nothing.
"""

import argparse
import csv
import gzip
import io
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError

if TYPE_CHECKING:
    from kesher.engine.placement import Explanation, Proposal
    from kesher.engine.scale import Executor
    from kesher.formats.placement import Tables

#: Households × places from which more than one process is worth starting.
WORTH_PROCESSES = 5_000_000


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "place",
        help="propose a place for each household, with who loses by it",
        description="Tables are CSV with names in the first row; .gz is unpacked and - is standard input.",
    )
    files = parser.add_argument_group("tables")
    table = files.add_argument
    table("--prospects", required=True, metavar="W", help="household, prospect at each place; empty or NA: not allowed")
    table("--needs", required=True, metavar="D", help="household, what it needs of each service")
    table("--capacities", required=True, metavar="C", help="place, capacity of each service; SERVICE:soft optional")
    table("--groups", metavar="G", help="household, labels for the table of who is worse off; weight optional")
    table("--preferences", metavar="P", help="household, place, rank (1 is best)")
    table("--fixed", metavar="F", help="household, place: what is decided already")
    table("--start-prices", metavar="FILE", help="prices of an earlier round, which save time")
    ask = parser.add_argument_group("what is asked for").add_argument
    ask("--no-harm", type=_amount, default=0.0, metavar="X", help="how much a loss against the lottery counts (0)")
    ask("--floor", type=_share, default=0.95, metavar="X", help="what wishes must leave of the best total (0.95)")
    ask("--soft-price", type=_amount, metavar="X", help="cost of a unit above soft (a twentieth of the mean per unit)")
    ask("--seed", type=int, default=0, metavar="N", help="for the lottery and the order of preferences (0)")
    ask("--draws", type=_count, metavar="N", help="draws of the lottery (as many as are affordable, up to 200)")
    ask("--time-limit", type=_seconds, default=120.0, metavar="S", help="seconds for each integer programme (120)")
    ask("--engine", choices=("local", "distributed"), default="local", help="who computes (local)")
    ask("--workers", type=_count, default=2, metavar="N", help="distributed: processes started here (2)")
    ask("--scheduler", metavar="ADDRESS", help="distributed: a Dask scheduler that runs, such as tls://host:8786")
    out = parser.add_argument_group("what comes out").add_argument
    out("--json", action="store_true", help="print one JSON object")
    out("--out", type=Path, metavar="FILE", help="write the allocation: price, best alternative, reason per household")
    out("--save-prices", type=Path, metavar="FILE", help="write the prices, for --start-prices of the next round")
    parser.set_defaults(run=run)


def _number(text: str, least: float, most: float, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most or value == float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not {what}")
    return value


def _share(text: str) -> float:
    return _number(text, 0.0, 1.0, "a share between 0 and 1")


def _amount(text: str) -> float:
    return _number(text, 0.0, float("inf"), "a number of at least 0")


def _seconds(text: str) -> float:
    return _number(text, 1.0, 86_400.0, "a number of seconds between 1 and 86400")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number between 1 and 10000")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Prints the proposal, and writes what was asked for once all is computed."""
    import numpy as np

    from kesher.adapters.errors import MissingExtra
    from kesher.engine.placement import (
        Options,
        PlacementError,
        ProtectedInput,
        is_protected,
        problem,
        propose,
        refuse_protected,
    )
    from kesher.formats import placement as tables_of

    _look_ahead(args)
    begun = time.perf_counter()
    try:
        tables = tables_of.read(
            args.prospects,
            args.needs,
            args.capacities,
            groups=args.groups,
            preferences=args.preferences,
            fixed=args.fixed,
        )
        refuse_protected(tables.services)
        start = args.start_prices and tables_of.read_prices(args.start_prices, tables.places, tables.services)
        round_ = problem(
            tables.prospects,
            tables.needs,
            tables.hard,
            soft=tables.soft,
            weights=tables.weights,
            fixed=tables.fixed,
            soft_price=args.soft_price,
            services=tables.services,
        )
        with ExitStack() as stack:
            proposal = propose(
                round_,
                np.random.default_rng(args.seed),
                options=Options(no_harm=args.no_harm, wishes=tables.wishes, floor=args.floor),
                groups=tables.groups,
                executor=_executor(args, tables.prospects.size, stack),
                start=start if args.start_prices else None,
                time_limit=args.time_limit,
                draws=args.draws,
                progress=_progress,
            )
    except tables_of.TableError as refusal:
        # A column of the prospects that is no place, but says where somebody is from, gets the error of its own.
        forbidden = refusal.file == args.prospects and refusal.column is not None and is_protected(refusal.column)
        said = f"{refusal.file}, row 1: {ProtectedInput(refusal.column or '')}" if forbidden else str(refusal)
        raise CommandError(said, exit_code=2) from refusal
    except ProtectedInput as refusal:
        raise CommandError(f"{args.needs}, row 1: {refusal}", exit_code=2) from refusal
    except PlacementError as refusal:
        raise CommandError(str(refusal), exit_code=2) from refusal
    except MissingExtra as missing:
        raise CommandError(str(missing)) from missing
    finally:
        _progress("")
    texts: dict[Path, str] = {}
    if args.out:
        texts[args.out] = allocation(tables, proposal)
    if args.save_prices:
        text = io.StringIO()
        tables_of.write_prices(text, tables.places, tables.services, proposal.solution.prices)
        texts[args.save_prices] = text.getvalue()
    _write(texts)
    seconds = time.perf_counter() - begun
    if args.json:
        print(json.dumps(as_data(tables, proposal, seconds), ensure_ascii=False, allow_nan=False, indent=1))
    else:
        from kesher.cli.place_report import told

        print(told(tables, proposal, seconds))
    return 0


def _look_ahead(args: argparse.Namespace) -> None:
    """What would only come out after minutes of work is said at once."""
    named = ("prospects", "needs", "capacities", "groups", "preferences", "fixed", "start_prices")
    given = [getattr(args, name) for name in named if getattr(args, name)]
    if given.count("-") > 1:
        raise CommandError("Only one table can be read from standard input (-).", exit_code=2)
    for path in given:
        if path != "-" and not Path(path).is_file():
            raise CommandError(f"{path} is not there.", exit_code=2)
    for target in (args.out, args.save_prices):
        if target is not None and (not target.parent.is_dir() or target.is_dir()):
            raise CommandError(
                f"{target} cannot be written: {target.parent} is no folder, or {target} is one.", exit_code=2
            )
    if args.out and args.save_prices and args.out.absolute() == args.save_prices.absolute():
        raise CommandError("--out and --save-prices name the same file.", exit_code=2)
    if args.engine == "local" and args.scheduler:
        raise CommandError("--scheduler belongs to --engine distributed.", exit_code=2)


def _executor(args: argparse.Namespace, size: int, stack: ExitStack) -> "Executor":
    from kesher.adapters.distributed import Distributed
    from kesher.engine.scale import InProcess, Processes

    if args.engine == "distributed":
        return stack.enter_context(Distributed(address=args.scheduler, workers=args.workers))
    if size >= WORTH_PROCESSES and (os.cpu_count() or 1) > 1:
        return stack.enter_context(Processes())
    return InProcess()


def _progress(step: str) -> None:
    """The step that is being worked at, drawn over on a terminal; elsewhere nothing."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{step and step + ' …'}", end="", file=sys.stderr, flush=True)


def _write(texts: Mapping[Path, str]) -> None:
    """All or nothing: each beside its place first, and only when all of them stand there, in their places."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in texts}
    path = Path()
    try:
        for path, text in texts.items():
            data = text.encode()
            beside[path].write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        for path, written in beside.items():
            written.replace(path)
    except OSError as problem:
        for written in beside.values():
            with suppress(OSError):  # the name that could not be written cannot be looked for either
                written.unlink(missing_ok=True)
        raise CommandError(f"{path} could not be written: {problem.strerror}.") from problem


# --- what comes out --------------------------------------------------------------------------------------------------

COLUMNS = (
    "household",
    "place",
    "prospect",
    "price",
    "best_alternative",
    "alternative_prospect",
    "lottery",
    "reason",
    "why",
)


def allocation(tables: "Tables", proposal: "Proposal") -> str:
    """The table of ``--out``: a row per household in the order of the prospects, place empty where it has none."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row, (household, said) in enumerate(zip(tables.households, proposal.explanations, strict=True)):
        has_other = said.other >= 0
        writer.writerow(
            [
                household,
                tables.places[said.place] if said.place >= 0 else "",
                f"{said.prospect:.9g}" if said.place >= 0 else "",
                f"{said.price:.6g}" if said.place >= 0 else "",
                tables.places[said.other] if has_other else "",
                f"{said.other_prospect:.9g}" if has_other else "",
                f"{proposal.expected[row]:.6g}",
                str(said.reason),
                why(tables, said),
            ]
        )
    return stream.getvalue()


_WHY = {
    "best": "no allowed place has a higher prospect",
    "scarce": "the prospect at {at} is higher, but {service} there are worth more to others",
    "full": "{at} would be better, but {service} there do not suffice for a whole household more",
    "wish": "this place was wished for",
    "fixed": "this place was decided on",
    "no-allowed-place": "no place is allowed",
    "need-exceeds-every-place": "it needs more {service} than any allowed place has",
    "no-room": "{service} are used up at the allowed places that could hold it",
    "fixed-not-allowed": "the place decided on, {at}, is not allowed for it",
    "fixed-no-room": "the place decided on, {at}, has no {service} left for it",
}


def why(tables: "Tables", said: "Explanation") -> str:
    """The reason in words."""
    return _WHY[said.reason].format(
        at=tables.places[said.at] if said.at >= 0 else "",
        service=tables.services[said.service] if said.service >= 0 else "",
    )


def as_data(tables: "Tables", proposal: "Proposal", seconds: float) -> dict[str, Any]:
    """The object of ``--json``. ``value`` and ``bound`` are sums of prospects; ``objective`` is what options maximise."""
    last = proposal.solution
    pairs = list(zip(tables.households, proposal.explanations, strict=True))
    return {
        "value": proposal.value,
        "bound": proposal.bound,
        "gap": proposal.gap,
        "exact": proposal.plain.exact,
        "households": len(pairs),
        "placed": [
            {
                "household": household,
                "place": tables.places[said.place],
                "prospect": said.prospect,
                "price": said.price,
                "reason": str(said.reason),
            }
            for household, said in pairs
            if said.place >= 0
        ],
        "unplaced": [
            {
                "household": household,
                "reason": str(said.reason),
                "service": tables.services[said.service] if said.service >= 0 else None,
                "why": why(tables, said),
            }
            for household, said in pairs
            if said.place < 0
        ],
        "worse_off": [_rounded(vars(share)) for share in proposal.shares],
        "costs": dict(proposal.costs),
        "objective": {
            "value": last.gain + last.problem.constant,
            "bound": last.bound + last.problem.constant,
            "gap": last.gap,
        },
        "preferences": _wished(tables, proposal),
        "lottery": {"mean_total": proposal.drawn},
        "scarce": [
            {
                "place": tables.places[one.place],
                "service": tables.services[one.service],
                "price": one.price,
                "used": one.used,
                "capacity": one.capacity,
            }
            for one in proposal.scarce
        ],
        "rounds": last.rounds,
        "seconds": round(seconds, 3),
    }


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in row.items()}


def _wished(tables: "Tables", proposal: "Proposal") -> dict[str, int]:
    if not tables.wishes:
        return {}
    granted: Iterable[int] = (int(rank) for rank in proposal.wished if rank > 0)
    ranks = list(granted)
    return {"asked": len(tables.wishes), "granted": len(ranks), "first_choice": sum(rank == 1 for rank in ranks)}
