"""``kesher pool ESTIMATES.csv``: several estimates made into one, split by quality wherever it is known."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.cli.evaluate import at_cell, plain

if TYPE_CHECKING:
    from kesher.engine.evaluation.pooling import Method, Pooled
    from kesher.formats.columns import Columns

NEEDED = ("id", "estimate", "se")
QUALITY = "quality"


def add_parser(subparsers: Subparsers) -> None:
    """Adds ``kesher pool``."""
    parser = subparsers.add_parser("pool", help="pool the estimates of several studies")
    parser.add_argument(
        "estimates", metavar="ESTIMATES.csv", help="columns id, estimate, se, and group and quality where known"
    )
    parser.add_argument("--by", metavar="COLUMN", help="split by this column, too (besides quality, where it is given)")
    parser.add_argument(
        "--method", choices=("dl", "reml"), default="dl", help="DerSimonian-Laird (default) or restricted likelihood"
    )
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Pools all, and each part of the split; exit 2 where a row cannot be pooled."""
    from kesher.engine.evaluation.pooling import Method
    from kesher.engine.evaluation.values import EvaluationError
    from kesher.formats.columns import ColumnError, read_columns

    try:
        table = read_columns(args.estimates, needed=NEEDED)
        asked = [args.by] if args.by is not None else []
        # A mean over good and bad studies hides which of them make it: by quality it is split whatever else is asked.
        columns = list(dict.fromkeys([*asked, *([QUALITY] if QUALITY in table.headings else [])]))
        groups = {column: _named(table, column) for column in columns}
        _once_each(table)
        try:
            whole, parts = _pooled(table, groups, Method(args.method))
        except EvaluationError as fault:
            raise at_cell(fault, table) from fault
    except ColumnError as fault:
        raise CommandError(str(fault), exit_code=2) from fault
    if args.json:
        answer = as_data(whole)
        told = {column: {name: as_data(one) for name, one in split.items()} for column, split in parts.items()}
        if columns:
            answer["by"] = told[columns[0]]
        if len(columns) > 1:
            answer["by_quality"] = told[QUALITY]
        print(json.dumps(plain(answer), ensure_ascii=False, indent=1, allow_nan=False))
        return 0
    print(in_words("all", whole))
    for column, split in parts.items():
        for name, part in split.items():
            print(in_words(f"{column} = {name}", part))
    return 0


def _once_each(table: "Columns") -> None:
    seen: set[str] = set()
    for place, text in enumerate(table.texts("id")):
        if text in seen:
            raise table.fault(f"{text!r} is there twice; one row is one estimate", place, "id")
        seen.add(text)


def _named(table: "Columns", column: str) -> list[str]:
    from kesher.formats.columns import is_blank

    found = table.texts(column)
    for place, text in enumerate(found):
        if is_blank(text):
            raise table.fault("the cell is empty, so the row belongs to no part of the split", place, column)
    return found


def _pooled(
    table: "Columns", groups: dict[str, list[str]], method: "Method"
) -> "tuple[Pooled, dict[str, dict[str, Pooled]]]":
    from kesher.engine.evaluation.pooling import checked, pool

    estimates, errors = table.numbers("estimate"), table.numbers("se")
    checked(estimates, errors)
    parts: dict[str, dict[str, Pooled]] = {}
    for column, labels in groups.items():
        parts[column] = {}
        for name in dict.fromkeys(labels):
            inside = [place for place, one in enumerate(labels) if one == name]
            parts[column][name] = pool(estimates[inside], errors[inside], method)
    return pool(estimates, errors, method), parts


def as_data(pooled: "Pooled") -> dict[str, Any]:
    """The keys other programs rely on."""
    return {
        "estimate": pooled.estimate,
        "se": pooled.se,
        "tau2": pooled.tau2,
        "i2": pooled.i2,
        "low": pooled.low,
        "high": pooled.high,
        "prediction_low": pooled.prediction_low,
        "prediction_high": pooled.prediction_high,
        "k": pooled.k,
    }


def in_words(name: str, pooled: "Pooled") -> str:
    """Two lines for people: the mean, and what the next programme may be."""
    lines = [
        f"{name}: {pooled.estimate:.4g} (standard error {pooled.se:.3g}; 95 % between {pooled.low:.4g} and "
        f"{pooled.high:.4g}), from {pooled.k} estimates; tau² {pooled.tau2:.3g}, I² {100 * pooled.i2:.1f} %"
    ]
    if pooled.prediction_low is None or pooled.prediction_high is None:
        lines.append("  too few estimates to say where the next programme may lie")
    else:
        zero = pooled.prediction_low <= 0 <= pooled.prediction_high
        lines.append(
            f"  the next programme: between {pooled.prediction_low:.4g} and {pooled.prediction_high:.4g}"
            + (" - it can well be zero" if zero else "")
        )
    return "\n".join(lines)
