"""``kesher encode``: work out the vectors of all labels for the portal now, where the worker would do so beside its tasks."""

import argparse
import sys
import time

from kesher.cli.coders import faults_told, told
from kesher.cli.environment import Environment, Subparsers, database_up, say, set_up_django

PATIENCE = 2.0


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "encode", help="work out the vectors by which the portal compares words of work", epilog=told()
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the vectors are there, or none are needed; 1 when they could not be kept or another process is at it."""
    with database_up(Environment.read()):
        set_up_django("app")
        from kesher.words import encoding
        from kesher.words.coders import encoders

        meaning = encoders()
        if meaning is None or not meaning.name():
            say("Words are compared by character n-grams here, which need no vectors.")
            return 0
        with faults_told():
            encoding.give_up_what_is_damaged()
        if not encoding.is_wanting():
            say(f"The vectors by {meaning.name()} are there.")
            return 0
        with faults_told():
            encoding.encode(_Progress())
        if encoding.is_wanting():
            print(
                "kesher: not all vectors were kept: another process is at it, or the encoder or the data folder is not fit.",
                file=sys.stderr,
            )
            return 1
        say(f"The vectors by {meaning.name()} are there.")
        return 0


class _Progress:
    """Now and then a line."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self, kind: str, done: int, total: int) -> None:
        if time.monotonic() - self.last > PATIENCE or done == total:
            self.last = time.monotonic()
            print(f"labels encoded for {kind}: {done:,} of {total:,}", file=sys.stderr, flush=True)
