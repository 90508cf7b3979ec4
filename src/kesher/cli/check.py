"""``kesher check``: what is wrong with this installation, and how to mend it."""

import argparse
import textwrap

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("check", help="say what is wrong with this installation and how to mend it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the table; 1 when something fails."""
    with database_up(Environment.read()):
        set_up_django("app")
        from kesher.cli.checks import Status, run_checks

        findings = run_checks()
    for finding in findings:
        print(f"{finding.status:<5} {finding.name:<14} {finding.seen}")
        if finding.status is not Status.OK:
            print(textwrap.fill(finding.remedy, 100, initial_indent=" " * 21, subsequent_indent=" " * 21))
    failed = sum(finding.status is Status.FAIL for finding in findings)
    warned = sum(finding.status is Status.WARN for finding in findings)
    print(f"{len(findings)} looked at, {failed} failed, {warned} to look into")
    return 1 if failed else 0
