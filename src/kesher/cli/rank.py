"""``kesher rank``: the texts of a corpus by nearness to each query, with coding's own encoder and no taxonomy."""

import argparse
from collections.abc import Iterator

from kesher.cli.code import count
from kesher.cli.coders import embedder, faults_told, told
from kesher.cli.coding_files import read_texts, write_rows
from kesher.cli.environment import Subparsers
from kesher.cli.errors import CommandError
from kesher.engine.coding import rank
from kesher.words.vocabularies import KINDS


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("rank", help="rank the texts of one table for each text of another", epilog=told())
    parser.add_argument("--kind", choices=KINDS, required=True, help="what the texts name")
    parser.add_argument("--queries", metavar="Q.tsv", required=True, help="rows of id, tab, text; - is standard input")
    parser.add_argument("--corpus", metavar="C.tsv", required=True, help="rows of id, tab, text; - is standard input")
    parser.add_argument(
        "--out", metavar="R.tsv", required=True, help="rows of query id, corpus id, score; - is standard output"
    )
    parser.add_argument("--top", type=count, default=1000, metavar="N", help="at most so many per query (1000)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads both tables, ranks, then writes. Exit code 2 and nothing written for a table that is malformed.

    `--kind` chooses the adapter of an encoder and what counts beside it; n-grams alone are the same for both.
    """
    if args.queries == args.corpus == "-":
        raise CommandError("Only one of --queries and --corpus can be standard input.", exit_code=2)
    queries, corpus = read_texts(args.queries), sorted(read_texts(args.corpus))
    write_rows(args.out, _all(queries, corpus, args))
    return 0


def _all(
    queries: list[tuple[str, str]], corpus: list[tuple[str, str]], args: argparse.Namespace
) -> Iterator[tuple[str, ...]]:
    """The rows of all queries, one query after the other: thousands of queries times a thousand rows fill no memory."""
    with faults_told():
        ranked = rank([text for _, text in corpus], embedder(args.kind), [text for _, text in queries], top=args.top)
        for (query, _), (numbers, scores) in zip(queries, ranked, strict=True):
            for number, score in zip(numbers.tolist(), scores.tolist(), strict=True):
                yield query, corpus[number][0], f"{score:.6f}"
