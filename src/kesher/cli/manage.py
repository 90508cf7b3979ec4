"""``kesher manage …``: Django's own management commands, with Kesher's settings; history names the command."""

import argparse

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("manage", help="Django's management commands, such as `kesher manage shell`")
    parser.add_argument("--owner", action="store_true", help="work as the owner of the database, not the application")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="the command and its arguments")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Passes everything on."""
    with database_up(Environment.read()):
        import os

        role = "owner" if args.owner else os.environ.get("KESHER_DB_ROLE", "app")
        set_up_django(role)
        from django.core.management import execute_from_command_line

        from kesher.base.history import System, acting

        # what it writes (createsuperuser, loaddata, a line in the shell) was written by somebody at the server
        command = next(iter(args.arguments), "help")
        with acting(actor=System(f"manage {command}"), reason=f"kesher manage {command}"):
            execute_from_command_line(["kesher manage", *args.arguments])
    return 0
