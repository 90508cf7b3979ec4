"""``kesher code``: words of people to occupations or skills, from a table to a table. No Django, server or database."""

import argparse
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kesher.cli.coders import SkillsNeeded, coder, faults_told, needed, told
from kesher.cli.coding_files import cell, read_texts, write_rows
from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.cli.taxonomy import index_path, is_there
from kesher.engine.coding import Answer, Coding
from kesher.engine.coding.embedding import DECIMALS
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
    parser.add_argument(
        "--of-titles", action="store_true", help="the texts are titles of jobs: find the skills that such work takes"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads all, codes all, then writes. Exit code 2 and nothing written for a table that is malformed."""
    if args.of_titles and args.kind != "skill":
        raise CommandError("--of-titles finds skills: say --kind skill.", exit_code=2)
    queries = read_texts(args.texts)
    index = index_path(args.index)
    there = index if is_there(index) else None
    if args.index is not None and there is None:
        raise CommandError(f"{index} is not there.", exit_code=2)
    write_rows(args.out, _all(queries, args, there))
    return 0


def _all(queries: list[tuple[str, str]], args: argparse.Namespace, index: Path | None) -> Iterator[tuple[str, ...]]:
    """The rows of all queries; what is asked twice is looked for once."""
    with faults_told():
        if args.of_titles:
            takes = needed(index, elsewhere=args.index is not None)
            likeliest = cache(lambda text: takes.needed.likeliest(text, args.top))
            for name, text in queries:
                yield from _taken(name, likeliest(text), takes, args.lang or "")
        else:
            known = coder(args.kind, index, elsewhere=args.index is not None)
            coded = cache(lambda text: known.code(text, language=args.lang or "", top=args.top))
            for name, text in queries:
                yield from _rows(name, coded(text))


def _rows(name: str, coding: Coding) -> Iterator[tuple[str, ...]]:
    if coding.answer is Answer.NONE or not coding.candidates:
        yield name, "0", "", "", "", "", ""
        return
    found = [(one.confidence, one.narrower or one.uri, one) for one in coding.candidates]
    # Ties go by the address that is written, which is narrower than the one the coder breaks them by.
    for place, (score, uri, one) in enumerate(sorted(found, key=lambda row: (-row[0], row[1])), 1):
        label = cell(one.narrower_label or one.label)
        yield name, str(place), one.isco08, uri, label, cell(one.matched), f"{score:.6f}"


def _taken(
    name: str, likeliest: list[tuple[int, float]], takes: SkillsNeeded, language: str
) -> Iterator[tuple[str, ...]]:
    if not likeliest:
        yield name, "0", "", "", "", "", ""
        return
    found = [
        (round(score, DECIMALS), takes.uris[skill], cell(takes.label(skill, language))) for skill, score in likeliest
    ]
    for place, (score, uri, label) in enumerate(sorted(found, key=lambda row: (-row[0], row[1])), 1):
        yield name, str(place), "", uri, label, "", f"{score:.6f}"


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
