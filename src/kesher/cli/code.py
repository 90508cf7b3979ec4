"""``kesher code``: words of people to occupations or skills, from a table to a table. No Django, server or database."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from kesher.cli.coders import coder, faults_told, told
from kesher.cli.coding_files import cell, read_texts, write_rows
from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.cli.taxonomy import index_path
from kesher.engine.coding import Answer, Coding
from kesher.words.vocabularies import KINDS

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "code", help="find the occupations or skills that texts of people mean", epilog=told()
    )
    parser.add_argument("--kind", choices=KINDS, required=True, help="what to look for")
    parser.add_argument(
        "--in", dest="texts", metavar="Q.tsv", required=True, help="rows of id, tab, text; - is standard input"
    )
    parser.add_argument(
        "--out",
        metavar="R.tsv",
        required=True,
        help="rows of id, rank, isco08, uri, label, matched, score; - is standard output",
    )
    parser.add_argument("--lang", type=language, metavar="xx", help="the language of the texts and of the labels shown")
    parser.add_argument("--top", type=count, default=5, metavar="N", help="at most so many candidates (5)")
    parser.add_argument("--index", type=Path, metavar="FILE", help="another index of ESCO than that of the data folder")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads all, codes all, then writes. Exit code 2 and nothing written for a table that is malformed."""
    queries = read_texts(args.texts)
    index = index_path(args.index)
    if args.index is not None and not index.exists():
        raise CommandError(f"{index} is not there.", exit_code=2)
    with faults_told():
        known = coder(args.kind, index if index.exists() else None, elsewhere=args.index is not None)
        texts = dict.fromkeys(text for _, text in queries)
        codings = {text: known.code(text, language=args.lang or "", top=args.top) for text in texts}
    write_rows(args.out, (row for name, text in queries for row in _rows(name, codings[text])))
    return 0


def _rows(name: str, coding: Coding) -> Iterator[tuple[str, ...]]:
    if coding.answer is Answer.NONE or not coding.candidates:
        yield name, "0", "", "", "", "", ""
        return
    for place, one in enumerate(coding.candidates, 1):
        yield name, str(place), one.isco08, one.uri, cell(one.label), cell(one.matched), f"{one.confidence:.6f}"


def count(text: str) -> int:
    """A number from 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def language(text: str) -> str:
    """A language tag, for argparse."""
    if not _LANGUAGE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no language tag such as he or ar")
    return text
