"""``kesher evaluate DATA.csv``: did it work? An effect with its checks, its verdict and the words it allows.

Reads one CSV and needs neither Django nor a database. Nothing is written before everything has been answered.
"""

import argparse
import json
import math
import textwrap
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError

if TYPE_CHECKING:
    from kesher.engine.evaluation.study import Answer
    from kesher.engine.evaluation.values import Floats
    from kesher.formats.columns import Columns

#: The seed of cross-fitting, so that the same data give the same answer.
SEED: Final = 42
#: A text column with more different answers than this is names or ids, not a covariate.
MOST_KINDS: Final = 50


def add_parser(subparsers: Subparsers) -> None:
    """Adds ``kesher evaluate``."""
    parser = subparsers.add_parser("evaluate", help="estimate what a programme changed, and what may be said of it")
    parser.add_argument("data", metavar="DATA.csv", help="one row per person, or per unit and period; .gz or - too")
    parser.add_argument("--outcome", required=True, metavar="Y", help="what should have changed; empty: not known")
    parser.add_argument("--treatment", required=True, metavar="D", help="1 for those who took part, 0 for the others")
    parser.add_argument("--instrument", metavar="Z", help="the offer, where not all who were offered took part")
    parser.add_argument("--covariates", type=names, default=(), metavar="A,B,…", help="what was known before")
    parser.add_argument(
        "--design",
        choices=("rct", "reg", "om", "ebal", "aipw", "did", "rdd", "iv", "monitoring"),
        help="how people came to take part (default: as the columns named suggest)",
    )
    parser.add_argument("--unit", metavar="U", help="who is followed over time")
    parser.add_argument("--time", metavar="T", help="the period of the row, a number")
    parser.add_argument("--cohort", metavar="G", help="the period in which the unit began; empty or 0: never")
    parser.add_argument("--running", metavar="R", help="the figure that a cutoff was set on")
    parser.add_argument("--cutoff", type=finite, metavar="C", help="the cutoff")
    parser.add_argument("--placebo", metavar="X", help="an outcome the programme cannot have changed")
    parser.add_argument("--smallest", type=positive, metavar="E", help="the smallest effect that would matter")
    parser.add_argument("--tests", type=count, default=1, metavar="N", help="outcomes and groups looked at in all")
    parser.add_argument("--cost", type=positive, metavar="C", help="of the programme, per person who took part")
    parser.add_argument("--out", type=Path, metavar="F", help="write the answer here as JSON")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answers; exit 2, and nothing written, where the data do not allow the question."""
    from kesher.formats.columns import ColumnError, read_columns

    try:
        table = read_columns(args.data)
        answer = _answer(args, table)
    except ColumnError as fault:
        raise CommandError(str(fault), exit_code=2) from fault
    said = json.dumps(as_data(answer), ensure_ascii=False, indent=1, allow_nan=False)
    if args.out is not None:
        write(args.out, said + "\n")
    print(said if args.json else in_words(answer))
    return 0


def _answer(args: argparse.Namespace, table: "Columns") -> "Answer":
    import numpy as np

    from kesher.engine.evaluation.study import study
    from kesher.engine.evaluation.values import Design, EvaluationError, Question

    covariates: list[str] = []
    columns: dict[str, Floats] = {}
    heading: dict[str, str] = {}
    for name in args.covariates:
        for made, values in as_covariates(table, name).items():
            covariates.append(made)
            columns[made], heading[made] = values, name
    columns[args.outcome] = table.numbers(args.outcome, blank=True)
    for name in filter(None, (args.treatment, args.instrument, args.time, args.running)):
        columns[name] = table.numbers(name)
    if args.placebo is not None:
        columns[args.placebo] = table.numbers(args.placebo, blank=True)
    if args.cohort is not None:
        columns[args.cohort] = table.numbers(args.cohort, blank=True)
    if args.unit is not None:
        codes = {text: float(code) for code, text in enumerate(dict.fromkeys(table.texts(args.unit)))}
        columns[args.unit] = np.array([codes[text] for text in table.texts(args.unit)])
    question = Question(
        outcome=args.outcome,
        treatment=args.treatment,
        design=None if args.design is None else Design(args.design),
        covariates=tuple(covariates),
        instrument=args.instrument,
        unit=args.unit,
        time=args.time,
        cohort=args.cohort,
        running=args.running,
        cutoff=args.cutoff,
        placebo=args.placebo,
        matters=args.smallest,
        tests=args.tests,
        cost=args.cost,
    )
    try:
        return study(question, columns, np.random.default_rng(SEED))
    except EvaluationError as fault:
        raise at_cell(fault, table, heading) from fault


def at_cell(fault: Any, table: "Columns", heading: dict[str, str] | None = None) -> Exception:
    """An engine's refusal, at the file, row and column it speaks of."""
    from kesher.formats.columns import ColumnError

    column = fault.column if heading is None else heading.get(fault.column, fault.column)
    row = None if fault.row is None or fault.row >= len(table) else table.rows[fault.row]
    return ColumnError(table.file, str(fault), row=row, column=column)


def as_covariates(table: "Columns", name: str) -> "dict[str, Floats]":
    """The column itself where it holds numbers; where it holds words, one yes/no column per word but the first."""
    import numpy as np

    if table.is_numeric(name):
        return {name: table.numbers(name)}
    texts = table.texts(name)
    from kesher.formats.columns import is_blank

    for place, text in enumerate(texts):
        if is_blank(text):
            raise table.fault("the cell is empty", place, name)
    kinds = sorted(set(texts))
    if len(kinds) > MOST_KINDS:
        raise table.fault(f"it holds {len(kinds)} different words: names or ids are no covariate", 0, name)
    return {f"{name}={kind}": np.array([float(text == kind) for text in texts]) for kind in kinds[1:]}


def as_data(answer: "Answer") -> dict[str, Any]:
    """The answer with the keys other programs rely on; figures that do not exist are null."""
    effect = answer.effect
    found: dict[str, Any] = plain(
        {
            "estimate": effect.estimate,
            "se": effect.se,
            "low": effect.low,
            "high": effect.high,
            "n": effect.n,
            "design": effect.design.value,
            "checks": {
                name: {"state": check.state.value, "said": check.said, **check.figures}
                for name, check in answer.checks.items()
            },
            "verdict": answer.verdict.value,
            "words": answer.words.value,
        }
    )
    return found


def plain(value: Any) -> Any:
    """The same with what JSON cannot hold, NaN and infinity, as null."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def in_words(answer: "Answer") -> str:
    """The answer for people: the effect, what may be said, and each check."""
    effect = answer.effect
    lines = [
        f"effect    {effect.estimate:.6g} (standard error {effect.se:.4g}; "
        f"95 % between {effect.low:.6g} and {effect.high:.6g})",
        f"design    {effect.design.value}, {effect.n:,} rows",
        f"verdict   {answer.verdict.value}",
        f"words     {answer.words.value}",
        "",
    ]
    for name, check in answer.checks.items():
        head = f"{check.state.value:<8} {name.replace('_', ' ')}: "
        lines.append(textwrap.fill(head + check.said, 100, subsequent_indent=" " * 9))
    return "\n".join(lines)


def write(path: Path, text: str) -> None:
    """Writes a whole file or none: beside it first, then in its place. Raises CommandError where that cannot be."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as problem:
        with suppress(OSError):  # a name too long to be written cannot be looked for either
            beside.unlink(missing_ok=True)
        raise CommandError(f"{path} could not be written: {problem.strerror}.") from problem


def names(text: str) -> tuple[str, ...]:
    """Names with commas between; argparse ends with 2 where one is empty or twice."""
    found = tuple(name.strip() for name in text.split(","))
    if not all(found) or len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} has an empty name or one twice; write them as a,b,c")
    return found


def finite(text: str) -> float:
    """A finite number."""
    from kesher.formats.columns import as_number

    number = as_number(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return number


def positive(text: str) -> float:
    """A number above 0."""
    if (number := finite(text)) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return number


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
