"""``kesher fhir``: referrals from and to other software, as FHIR Bundles."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from kesher.cli.environment import Environment, Subparsers, database_up, say, set_up_django
from kesher.cli.errors import CommandError

if TYPE_CHECKING:
    from kesher.base.transitions import Actor


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command and its two verbs."""
    parser = subparsers.add_parser(
        "fhir", help="take referrals in from other software, or hand one out, as a FHIR Bundle"
    )
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)
    into = verbs.add_parser("in", help="take a Bundle in: answers to referrals, and new ones; all of it or nothing")
    into.add_argument("file", metavar="FILE", help="a Bundle as JSON; - is standard input")
    into.add_argument("--language", default="he", metavar="CODE", help="to speak with people who are new here (he)")
    into.set_defaults(run=run_in)
    out = verbs.add_parser("out", help="print one referral as a Bundle")
    out.add_argument("referral", metavar="ID", type=_key, help="of the referral")
    out.set_defaults(run=run_out)
    for verb in (into, out):
        verb.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="whose rights hold: an account")
        verb.add_argument(
            "--for", dest="organisation", type=_key, metavar="ID", help="for which of their organisations"
        )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no id") from None


def run_in(args: argparse.Namespace) -> int:
    """One line per referral; 2 where the Bundle is refused, and then nothing of it is taken in."""
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as problem:
        raise CommandError(f"{args.file}: {problem.strerror}", exit_code=2) from None
    with _as(args.email, args.organisation) as by:
        from django.conf import settings
        from django.core.exceptions import ValidationError

        from kesher.base.transitions import Refused
        from kesher.formats.fhir import FhirRefusal
        from kesher.referrals.fhir_in import take_in

        if args.language not in dict(settings.LANGUAGES):
            raise CommandError(f"--language {args.language}: one of {', '.join(dict(settings.LANGUAGES))}", exit_code=2)
        try:
            taken = take_in(data, by=by, language=args.language)
        except FhirRefusal as refusal:
            raise CommandError(f"{args.file}: {refusal.where}: {refusal.why}", exit_code=2) from None
        except Refused as refused:
            raise CommandError(f"{args.file}: {refused.message}", exit_code=2) from None
        except ValidationError as wrong:
            raise CommandError(f"{args.file}: {' '.join(wrong.messages)}", exit_code=2) from None
    for one in taken:
        what = "new" if one.new else "moved" if one.moved else "unchanged"
        say(f"{one.referral.pk}  {one.referral.state}  {what}")
    return 0


def run_out(args: argparse.Namespace) -> int:
    """Prints the Bundle."""
    with _as(args.email, args.organisation) as by:
        from django.conf import settings
        from django.db.models import Q

        from kesher.formats.fhir import to_bundle
        from kesher.people import files
        from kesher.referrals.fhir import neutral
        from kesher.referrals.models import Referral

        sides = Q(sender=by.organisation_id) | Q(receiver=by.organisation_id)
        sent = Referral.objects.filter(sides, pk=args.referral, sent_at__isnull=False)
        found = sent.select_related("person", "service", "sender", "receiver", "consent").first()
        if found is None:
            raise CommandError(
                f"{args.referral}: no referral was sent to this organisation or by it under this id.", exit_code=2
            )
        files.read(found.person, by=by, purpose="export")
        bundle = to_bundle(neutral(found, found.person, language="en"), base=f"{settings.PUBLIC_URL}/fhir")
    print(json.dumps(bundle, ensure_ascii=False, indent=1))
    return 0


@contextmanager
def _as(email: str, organisation: UUID | None) -> "Iterator[Actor]":
    """With the rights of an account, for one of its organisations, and with the database's wall as in a request."""
    with database_up(Environment.read()):
        set_up_django("app")
        from kesher.accounts.models import User
        from kesher.base.rows import acting_for
        from kesher.referrals.vocabularies import RECEIVERS, SENDERS

        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"--as {email}: there is no account with this address.", exit_code=2)
        held = [m.organisation_id for m in user.memberships_in_force if m.role in SENDERS | RECEIVERS]
        if organisation is not None:
            held = [one for one in held if one == organisation]
        if len(set(held)) != 1:
            raise CommandError(
                f"--as {email}: they send or answer for {len(set(held))} organisations; say --for which.", exit_code=2
            )
        user.work_for(held[0])
        with acting_for(user_id=user.pk, organisation_ids=[held[0]]):
            yield user.as_actor(held[0])
