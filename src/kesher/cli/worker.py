"""``kesher worker``: does the background tasks (mails, reminders, recounts) until it is told to stop."""

import argparse

from kesher.cli.environment import Environment, Subparsers, database_up, one_thread_for_algebra, set_up_django


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("worker", help="do the background tasks")
    parser.add_argument("--concurrency", type=int, default=2, metavar="N", help="tasks at once (default 2)")
    parser.add_argument(
        "--patience", type=float, default=20.0, metavar="SECONDS", help="for tasks under way when told to stop"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM or SIGINT; tasks under way may finish within `--patience` seconds."""
    one_thread_for_algebra()
    with database_up(Environment.read()):
        set_up_django("app")
        from django.core.management import call_command

        call_command(
            "procrastinate",
            "worker",
            "--concurrency",
            str(args.concurrency),
            "--shutdown-graceful-timeout",
            str(args.patience),
        )
    return 0
