"""``kesher count``: the figures of our own loop, month by month, once each (:mod:`kesher.insights.counting`).

The worker does it on the second of each month; by hand where there was none, or for a month before the portal counted any.
"""

import argparse
import re
from datetime import date

from kesher.cli.environment import Environment, Subparsers, database_up, say, set_up_django
from kesher.cli.errors import CommandError


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("count", help="count the portal's own months that are over, each once and for all")
    parser.add_argument(
        "--month", type=month, metavar="M", help="this one, such as 2026-10 (default: what has not been counted yet)"
    )
    parser.set_defaults(run=run)


def month(text: str) -> date:
    """The first day of a month as ISO 8601 writes it; argparse ends with 2 where it is none."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is not a month such as 2026-10")


def run(args: argparse.Namespace) -> int:
    """One line for each month that was counted; exit 2 and nothing written for one that is counted already, or not over."""
    with database_up(Environment.read()):
        set_up_django("app")
        from django.utils import timezone

        from kesher.base.history import System, acting
        from kesher.insights.counting import CannotBeCounted, count_month, due

        months = due(timezone.localdate()) if args.month is None else [args.month]
        try:
            with acting(actor=System("kesher count"), reason="counted by month"):
                for first_day in months:
                    say(str(count_month(first_day)))
        except CannotBeCounted as problem:
            raise CommandError(str(problem), exit_code=2) from problem
    if not months:
        say("Every month that is over has been counted.")
    return 0
