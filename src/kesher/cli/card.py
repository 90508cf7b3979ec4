"""``kesher card fit`` and ``kesher card score``: a points card from an office's own history, and people scored with it."""

import argparse
import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.cli.evaluate import SEED, at_cell, count, names, write

if TYPE_CHECKING:
    from kesher.engine.needs.card.card import Card, Floats
    from kesher.formats.columns import Columns

#: Columns that name a row and are neither asked nor learnt from.
NAMES: Final = ("id", "person", "person_id")
HEADINGS: Final = ("row", "id", "points", "chance", "band", "refusal", "reasons")


def add_parser(subparsers: Subparsers) -> None:
    """Adds ``kesher card``."""
    parser = subparsers.add_parser("card", help="learn a points card from history, or score people with one")
    kinds = parser.add_subparsers(title="what to do", metavar="fit|score", required=True)
    learn = kinds.add_parser("fit", help="learn a card from an office's own history")
    learn.add_argument("history", metavar="HISTORY.csv", help="one row per person; every other column may be asked")
    learn.add_argument("--target", required=True, metavar="Y", help="the outcome: 1 or 0")
    learn.add_argument("--max-questions", type=count, default=12, metavar="N", help="from 1 to 12 (default 12)")
    learn.add_argument("--area", metavar="A", help="the column that says where; chances are set for each area")
    learn.add_argument(
        "--ignore", type=names, default=(), metavar="A,B,…", help="columns kept for the audit alone: never asked"
    )
    learn.add_argument("--demo", action="store_true", help="mark the card as made up: it then refuses to score people")
    learn.add_argument("--out", type=Path, required=True, metavar="card.json", help="write the card here")
    learn.set_defaults(run=run_fit)
    use = kinds.add_parser("score", help="score people with a card")
    use.add_argument("card", type=Path, metavar="card.json", help="the card")
    use.add_argument(
        "people", metavar="PEOPLE.csv", help="one row per person with the columns the card asks; .gz, - too"
    )
    use.add_argument("--use", default="more support", metavar="U", help='"more support" (default) or "earlier support"')
    use.add_argument("--off", action="store_true", help="scoring is switched off: everybody is refused")
    use.add_argument("--objected", metavar="COLUMN", help="the column that is 1 for those who objected to being scored")
    use.add_argument("--out", type=Path, metavar="F", help="write the scores here (default: print them)")
    use.set_defaults(run=run_score)


def run_fit(args: argparse.Namespace) -> int:
    """Learns a card and writes it; exit 2, and nothing written, where the history does not allow one."""
    from kesher.formats.columns import ColumnError, read_columns

    try:
        card = _learnt(args, read_columns(args.history, needed=(args.target,)))
    except ColumnError as fault:
        raise CommandError(str(fault), exit_code=2) from fault
    from kesher.engine.needs.card.card import as_data

    write(args.out, json.dumps(as_data(card), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    print(in_words(card))
    print(f"written to {args.out}; it holds until {card.valid_until.isoformat()}")
    return 0


def _learnt(args: argparse.Namespace, table: "Columns") -> "Card":
    import numpy as np

    from kesher.engine.needs.card.card import CardError
    from kesher.engine.needs.card.fitting import choose, fit

    for name in (*args.ignore, *([args.area] if args.area else [])):
        table.texts(name)
    left_out = {args.target, args.area, *args.ignore, *(one for one in table.headings if one.casefold() in NAMES)}
    asked = [name for name in table.headings if name not in left_out]
    if not asked:
        raise table.fault("there is no column to ask besides the target", 0)
    answers = {name: as_answers(table, name) for name in asked}
    outcome = table.numbers(args.target)
    generator = np.random.default_rng(SEED)
    try:
        settings = choose(outcome, answers, generator, most_questions=args.max_questions)
        return fit(
            args.target,
            outcome,
            answers,
            today(),
            generator,
            areas=None if args.area is None else table.texts(args.area),
            area_column=args.area,
            settings=settings,
            demo=args.demo,
        )
    except CardError as fault:
        if fault.column is None and fault.row is not None:
            fault.column = args.target
        raise at_cell(fault, table) from fault


def as_answers(table: "Columns", name: str) -> "Floats | list[str]":
    """A column as figures, NaN where empty, or as words."""
    from kesher.formats.columns import is_blank

    if table.is_numeric(name):
        return table.numbers(name, blank=True)
    return ["" if is_blank(text) else text for text in table.texts(name)]


def run_score(args: argparse.Namespace) -> int:
    """Scores people; a refusal is a row like any other. Exit 2, and nothing written, for a broken card or table."""
    from kesher.engine.needs.card.card import CardError, from_data
    from kesher.formats.columns import ColumnError, read_columns

    try:
        card = from_data(json.loads(args.card.read_text(encoding="utf-8")))
    except OSError as problem:
        raise CommandError(f"{args.card}: {problem.strerror}.", exit_code=2) from problem
    except (UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise CommandError(f"{args.card.name}: it is not JSON ({fault}).", exit_code=2) from fault
    except CardError as fault:
        raise CommandError(f"{args.card.name}: {fault}.", exit_code=2) from fault
    try:
        said = _scored(args, card, read_columns(args.people))
    except ColumnError as fault:
        raise CommandError(str(fault), exit_code=2) from fault
    if args.out is None:
        print(said, end="")
    else:
        write(args.out, said)
    return 0


def _scored(args: argparse.Namespace, card: "Card", table: "Columns") -> str:
    from kesher.engine.needs.card.card import Circumstances, score

    answers: dict[str, Any] = {}
    for one in card.questions:
        if one.choices is None:
            answers[one.column] = table.numbers(one.column, blank=True)
        else:
            answers[one.column] = as_words(table, one.column, one.choices)
    areas = None if card.area_column is None else table.texts(card.area_column)
    objected = None
    if args.objected is not None:
        flags = table.numbers(args.objected)
        for place, flag in enumerate(flags):
            if flag not in (0, 1):
                raise table.fault(f"{flag:g} is neither 0 nor 1", place, args.objected)
        objected = flags == 1
    circumstances = Circumstances(today(), use=args.use, switched_off=args.off)
    found = score(card, answers, circumstances, areas=areas, objected=objected)
    name = next((one for one in table.headings if one.casefold() in NAMES), None)
    ids = [""] * len(table) if name is None else table.texts(name)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for place, number in enumerate(table.rows):
        refused = found.refusal[place]
        if refused is not None:
            writer.writerow([number, ids[place], "", "", "", refused.value, ""])
            continue
        reasons = "; ".join(
            f"{column} {answer}: {points:+d}" for column, answer, points in found.reasons(card, place) if points
        )
        band = found.band[place]
        chance = repr(float(found.chance[place]))
        writer.writerow([number, ids[place], int(found.points[place]), chance, band.value if band else "", "", reasons])
    return out.getvalue()


def as_words(table: "Columns", name: str, choices: tuple[str, ...]) -> list[str]:
    """A column of words; one of the card's choices that reads as "not known", such as "none", stays a choice."""
    from kesher.formats.columns import is_blank

    return ["" if is_blank(text) and text not in choices else text for text in table.texts(name)]


def in_words(card: "Card") -> str:
    """The card as a person would write it down."""
    measures = card.measures
    lines = [
        f"{card.target}: {measures['people']:,.0f} people, {100 * measures['share']:.1f} of 100 with the outcome; "
        f"AUC {measures['auc']:.3f}, Brier {measures['brier']:.3f}, cannot tell {100 * measures['cannot_tell']:.0f} of 100"
    ]
    for one in card.questions:
        lines.append(one.column)
        lines += [f"  {points:+4d}  {one.answer(place)}" for place, points in enumerate(one.points)]
    if card.demo:
        lines.append("DEMONSTRATION: this card refuses to score people.")
    return "\n".join(lines)


def today() -> date:
    """Today, in UTC: the engine has no clock."""
    return datetime.now(UTC).date()
