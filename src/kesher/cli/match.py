"""``kesher match``: the vacancies to propose to each person, with reasons, and what it costs anybody that lists spread.

It needs no server and no database: tables in, a table out. It proposes; a person decides.
"""

import argparse
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.cli.place import _count, _progress, _share

if TYPE_CHECKING:
    from kesher.engine.matching import Best, Explanation, Market, Spread, Tradeoff
    from kesher.formats.columns import Columns

#: Vacancies of a person's pool for each that is shown: what prices may choose from.
POOL = 5
#: People of one partition of the distributed engine.
PARTITION = 5_000


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "match",
        help="propose vacancies to people, with reasons",
        description="Tables are CSV (.gz is unpacked, - is standard input) or Parquet, by the ending of their names. "
        "Columns: docs/models/matching.md.",
    )
    parser.add_argument(
        "--people", required=True, metavar="P", help="person, occupations, skills, languages, place, limits"
    )
    parser.add_argument("--vacancies", required=True, metavar="V", help="vacancy, what it asks, and what it offers")
    parser.add_argument("--skills", metavar="S", help="narrower, broader: skills that are kinds of others (ESCO)")
    parser.add_argument("--weights", type=Path, metavar="TOML", help="other weights than those of the package")
    ask = parser.add_argument_group("what is asked for").add_argument
    ask("--top", type=_count, default=20, metavar="N", help="vacancies of each list (20)")
    ask(
        "--congestion",
        type=_share,
        default=0.5,
        metavar="X",
        help="0 each to their best, 1 best for all together (0.5)",
    )
    ask("--most-loss", type=_share, default=0.05, metavar="X", help="what nobody may lose more than by it (0.05)")
    ask("--only-known", action="store_true", help="leave out vacancies of which a limit is not known to be met")
    ask("--engine", choices=("local", "distributed"), default="local", help="who computes (local)")
    ask("--workers", type=_count, default=2, metavar="N", help="distributed: processes started here (2)")
    ask("--scheduler", metavar="ADDRESS", help="distributed: a Dask scheduler that runs, such as tls://host:8786")
    parser.add_argument("--out", type=Path, required=True, metavar="R", help="the lists, as .parquet or .csv")
    parser.add_argument(
        "--candidates",
        type=Path,
        metavar="C",
        help="the other direction: whom to propose for each vacancy, for caseworkers",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads all, then computes all, then writes."""
    from kesher.adapters.errors import MissingExtra
    from kesher.engine.matching import MatchingError, SensitiveInput
    from kesher.formats.columns import ColumnError
    from kesher.formats.matching import CANDIDATES, COLUMNS, write

    _look_ahead(args)
    begun = time.perf_counter()
    try:
        matched = _market(args)
        best = _best(matched, args)
        lists, exchange = _spread(matched, best, args)
        _progress("explaining")
        tables = {args.out: (COLUMNS, _columns(matched, lists, args))}
        if args.candidates:
            tables[args.candidates] = (CANDIDATES, _candidates(matched, best, args))
        write(tables)
    except (ColumnError, SensitiveInput, MatchingError) as refusal:
        raise CommandError(str(refusal), exit_code=2) from refusal
    except MissingExtra as missing:
        raise CommandError(str(missing)) from missing
    except OSError as problem:
        raise CommandError(f"{args.out} could not be written: {problem.strerror}.") from problem
    finally:
        _progress("")
    print(_told(matched, lists, exchange, time.perf_counter() - begun))
    return 0


def _look_ahead(args: argparse.Namespace) -> None:
    """What would only come out after minutes of work is said at once."""
    tables = [args.people, args.vacancies, *([args.skills] if args.skills else [])]
    if tables.count("-") > 1:
        raise CommandError("Only one table can be read from standard input (-).", exit_code=2)
    for path in (*tables, *([str(args.weights)] if args.weights else [])):
        if path != "-" and not Path(path).is_file():
            raise CommandError(f"{path} is not there.", exit_code=2)
    for target in (args.out, args.candidates):
        if target is not None and (not target.parent.is_dir() or target.is_dir()):
            raise CommandError(
                f"{target} cannot be written: {target.parent} is no folder, or {target} is one.", exit_code=2
            )
    if args.candidates and args.out.absolute() == args.candidates.absolute():
        raise CommandError("--out and --candidates name the same file.", exit_code=2)
    if args.engine == "local" and args.scheduler:
        raise CommandError("--scheduler belongs to --engine distributed.", exit_code=2)


def _market(args: argparse.Namespace) -> "Market":
    from kesher.engine.matching import Person, Vacancy, market, usual_weights, weights_of
    from kesher.formats.matching import read_any, read_people, read_vacancies

    _progress("reading")
    weights = usual_weights()
    if args.weights:
        try:
            weights = weights_of(args.weights.read_text(encoding="utf-8"), str(args.weights))
        except UnicodeDecodeError:
            raise CommandError(f"{args.weights} is not in UTF-8.", exit_code=2) from None
    tables = [read_any(args.people), read_any(args.vacancies)]
    for table in tables:
        _refuse_sensitive(table)
    people = [Person(**record) for record in read_people(tables[0])]
    vacancies = [Vacancy(**record) for record in read_vacancies(tables[1])]
    return market(people, vacancies, skills=_skills(args.skills), weights=weights)


def _refuse_sensitive(table: "Columns") -> None:
    from kesher.engine.matching import SensitiveInput, refuse_sensitive

    try:
        refuse_sensitive(table.headings)
    except SensitiveInput as refusal:
        raise CommandError(f"{table.file}, row 1: {refusal}", exit_code=2) from refusal


def _skills(path: str | None) -> Any:
    import numpy as np

    from kesher.engine.matching import Skills
    from kesher.formats.matching import read_any

    if path is None:
        return Skills()
    table = read_any(path)
    pairs = list(zip(table.texts("narrower"), table.texts("broader"), strict=True))
    for at, pair in enumerate(pairs):
        if not all(pair):
            raise table.fault("both skills of the pair are needed", at, "broader" if pair[0] else "narrower")
    names = tuple(sorted({name for pair in pairs for name in pair}))
    number = {name: at for at, name in enumerate(names)}
    return Skills(names, np.array([[number[narrow], number[broad]] for narrow, broad in pairs], dtype=np.int64))


def _best(matched: "Market", args: argparse.Namespace) -> "Best":
    from kesher.adapters.distributed import Distributed
    from kesher.engine.matching import top_in_parts

    _progress("ranking")
    pool = args.top * (POOL if args.congestion else 1)
    unknown = not args.only_known
    if args.engine == "local":
        return matched.top(pool, unknown=unknown)
    people = len(matched.people)
    with ExitStack() as stack:
        cluster = stack.enter_context(Distributed(address=args.scheduler, workers=args.workers))
        return top_in_parts(
            matched.scores,
            matched.limits,
            people,
            len(matched.vacancies),
            k=pool,
            unknown=unknown,
            executor=cluster,
            parts=max(args.workers, -(-people // PARTITION)),
        )


def _spread(matched: "Market", best: "Best", args: argparse.Namespace) -> tuple["Spread", tuple["Tradeoff", ...]]:
    from kesher.engine.matching import spread, tradeoff

    _progress("spreading")
    numbers, scores, places = best.vacancies, best.scores, matched.places
    lists = spread(numbers, scores, scores, places, k=args.top, knob=args.congestion, most_loss=args.most_loss)
    exchange = (
        tradeoff(numbers, scores, scores, places, k=args.top, most_loss=args.most_loss) if args.congestion else ()
    )
    return lists, exchange


# --- what comes out --------------------------------------------------------------------------------------------------


def _columns(matched: "Market", lists: "Spread", args: argparse.Namespace) -> dict[str, list[Any]]:
    from kesher.engine.matching import digest_of_list, digest_of_market, explain
    from kesher.formats.matching import COLUMNS

    settings = {
        "top": args.top,
        "congestion": args.congestion,
        "most_loss": args.most_loss,
        "only_known": args.only_known,
    }
    digest = digest_of_market(matched, lists.prices, **settings)
    found: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for row, person in enumerate(matched.people):
        inputs = digest_of_list(person, digest)
        shown = lists.vacancies[row][lists.vacancies[row] >= 0]
        if not shown.size:
            _add(found, person=person.id, rank=0, status="none", change=_openings(matched, row), inputs=inputs)
        for rank, said in enumerate(explain(matched, row, shown)):
            _add_one(found, said, rank, lists, row, inputs)
    return found


def _add(found: dict[str, list[Any]], **cells: Any) -> None:
    for name, column in found.items():
        column.append(cells.get(name))


def _add_one(
    found: dict[str, list[Any]], said: "Explanation", rank: int, lists: "Spread", row: int, inputs: str
) -> None:
    from kesher.engine.matching import Verdict

    _add(
        found,
        person=said.person,
        rank=rank + 1,
        vacancy=said.vacancy,
        status="fits" if said.verdict is Verdict.YES else "ask first",
        score=said.score,
        gain=said.gain,
        fit=said.fit,
        own_rank=int(lists.own_rank[row, rank]),
        price=float(lists.prices[lists.vacancies[row, rank]]),
        loss=float(lists.loss[row]),
        why="; ".join(f"{part.name} {part.value:.2f}" for part in said.parts if part.value and part.adds > 0),
        missing="; ".join(
            f"{one.skill}{'' if one.essential else ' (optional)'}{f' (has {one.nearest})' if one.nearest else ''}"
            for one in said.missing
        ),
        ask="; ".join(dict.fromkeys(f"{one.limit}: {one.asked}" for one in said.changes)),
        travel=said.travel,
        inputs=inputs,
    )


def _candidates(matched: "Market", best: "Best", args: argparse.Namespace) -> dict[str, list[Any]]:
    """Those in whose pool a vacancy stands, best first, with the exposure floor."""
    from kesher.engine.matching import candidates_of_pools, raise_exposure

    count = len(matched.vacancies)
    plain = candidates_of_pools(best.vacancies, best.scores, count, args.top)
    raised = raise_exposure(plain, best.vacancies, best.scores, matched.support)
    found: dict[str, list[Any]] = {name: [] for name in ("vacancy", "rank", "person", "score", "raised")}
    for col, vacancy in enumerate(matched.vacancies):
        before = {int(row): rank for rank, row in enumerate(plain[col]) if row >= 0}
        for rank, row in enumerate(raised.lists[col].tolist()):
            if row >= 0:
                score = best.scores[row][best.vacancies[row] == col][0]
                higher = "yes" if rank < before.get(row, args.top) else "no"
                _add(
                    found,
                    vacancy=vacancy.id,
                    rank=rank + 1,
                    person=matched.people[row].id,
                    score=float(score),
                    raised=higher,
                )
    return found


def _openings(matched: "Market", row: int) -> str:
    """What would bring the most vacancies to somebody who has none."""
    from kesher.engine.matching import what_would_open

    openings = what_would_open(matched, row).openings[:3]
    return "; ".join(f"{one.limit}{one.what and ': ' + one.what} (+{one.more})" for one in openings)


def _told(matched: "Market", lists: "Spread", exchange: tuple["Tradeoff", ...], seconds: float) -> str:
    import numpy as np

    without = int((lists.vacancies < 0).all(axis=1).sum())
    people, shown = len(matched.people), np.unique(lists.vacancies[lists.vacancies >= 0]).size
    lines = [
        f"people     {people:,}, of them {without:,} without any vacancy",
        f"vacancies  {len(matched.vacancies):,}, of them {shown:,} stand in a list",
        f"loss       {np.median(lists.loss):.1%} for the median person, {lists.loss.max(initial=0.0):.1%} at most",
    ]
    if exchange:
        lines += ["", "congestion   shown   crowding   benefit   loss: median   90th percentile"]
        lines += [
            f"{one.knob:>10g} {one.shown:>7,} {one.crowding:>8.1f} × {one.mutual:>9.1f} {one.loss_median:>14.1%}"
            f" {one.loss_90:>17.1%}"
            for one in exchange
        ]
    return "\n".join([*lines, "", f"{seconds:.1f} s. A proposal: a person decides."])
