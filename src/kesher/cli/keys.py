"""``kesher keys``: the keys of what is kept encrypted: making one, and changing to it."""

import argparse

from kesher.cli.environment import Environment, Subparsers, database_up, say, set_up_django
from kesher.cli.errors import CommandError


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command and its two verbs."""
    parser = subparsers.add_parser("keys", help="make a key for encrypted fields, or change to it")
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)
    new = verbs.add_parser("new", help="print a fresh key for KESHER_FIELD_KEYS")
    new.set_defaults(run=run_new)
    rotate = verbs.add_parser(
        "rotate", help="count what is not under the newest key; with --apply, write it anew under that"
    )
    rotate.add_argument("--apply", action="store_true", help="write; without it nothing is changed")
    rotate.set_defaults(run=run_rotate)


def run_new(args: argparse.Namespace) -> int:
    """Prints one key and nothing else."""
    from kesher.base.field_keys import new_key

    print(new_key())
    return 0


def run_rotate(args: argparse.Namespace) -> int:
    """One line per table; 1 when a text is opened by no key."""
    with database_up(Environment.read()):
        set_up_django("owner")
        from django.core.exceptions import ImproperlyConfigured

        from kesher.base.key_rotation import rotate

        older = unreadable = 0
        try:
            for counted in rotate(apply=args.apply):
                say(str(counted))
                older += counted.older + counted.wrong_index
                unreadable += counted.unreadable
        except ImproperlyConfigured as problem:
            raise CommandError(str(problem), exit_code=2)
    if unreadable:
        say(
            f"{unreadable} texts are opened by no key in KESHER_FIELD_KEYS. Add the key they were written with; take none away."
        )
    elif older and not args.apply:
        say("Nothing was changed. With --apply it is.")
    else:
        say("Everything is under the newest key; older ones may be taken out of KESHER_FIELD_KEYS.")
    return 1 if unreadable else 0
