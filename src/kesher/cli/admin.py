"""``kesher admin EMAIL``: the first administrator of a portal, and the organisation that keeps it.

No password passes through here: whoever is named gets a link that works once, and chooses their own.
"""

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING

from kesher.cli.environment import Environment, Subparsers, database_up, set_up_django
from kesher.cli.errors import CommandError

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kesher.accounts.models import Membership, Organisation

LANGUAGES = ("he", "ar", "en", "ru", "uk", "fr", "am")
VALID_FOR = timedelta(days=3)


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser(
        "admin", help="bring the first administrator in: a link to choose a password, printed or mailed"
    )
    parser.add_argument("email", help="their e-mail address; they will log in with it")
    parser.add_argument(
        "--organisation",
        metavar="NAME",
        help="the organisation that keeps the portal, such as the municipality; made when it is not here yet",
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default="he", help="of the organisation's name and of the link (default: he)"
    )
    parser.add_argument("--mail", action="store_true", help="mail the link instead of printing it")
    parser.add_argument("--another", action="store_true", help="add one although the portal has an administrator")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Invites them; 1 when there is an administrator already, 2 for what is no e-mail address."""
    with database_up(Environment.read()):
        set_up_django("app")
        from django.db import transaction

        with transaction.atomic():
            print(bring_in(args))
    return 0


def bring_in(args: argparse.Namespace) -> str:
    """What to tell the person at the keyboard. Django is set up."""
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import connection
    from django.urls import reverse
    from django.utils import timezone, translation

    from kesher.accounts.invitations import TOKEN, NotInvited, invite, token_of
    from kesher.accounts.models import Invitation, Membership
    from kesher.accounts.roles import Role
    from kesher.base.transitions import Actor

    email = args.email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{args.email!r} is no e-mail address.", exit_code=2) from None
    if args.mail and settings.EMAIL_BACKEND == "kesher.base.mail.OutboxBackend":
        raise CommandError("Mails do not leave: set KESHER_MAIL_URL first, or leave out --mail and pass the link on.")
    with connection.cursor() as cursor:
        # of two who are first at once, the second is told of the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('first administrator', 0))")
    administrators = Membership.objects.in_force().filter(role=Role.PLATFORM_ADMIN, user__is_active=True)
    waiting = Invitation.objects.waiting().filter(role=Role.PLATFORM_ADMIN).exclude(email__iexact=email)
    if not args.another and administrators.exists():
        raise CommandError(
            "This portal has an administrator already. They can invite others in the portal, under Colleagues. "
            "If they are out of reach, add --another."
        )
    if not args.another and (first := waiting.first()):
        raise CommandError(
            f"Somebody else was invited on {timezone.localtime(first.created_at):%Y-%m-%d %H:%M} and can still accept. "
            "To invite another one beside them, add --another."
        )
    organisation = keeper(args, administrators)
    pattern = ""
    with translation.override(args.language):
        pattern = reverse("invitation", kwargs={"token": TOKEN})
    try:
        invitation = invite(
            organisation,
            email,
            Role.PLATFORM_ADMIN,
            by=Actor.the_system(),
            language=args.language,
            link_pattern=pattern if args.mail else "",
            valid_for=VALID_FOR,
        )
    except NotInvited as refusal:
        raise CommandError(str(refusal.message)) from refusal
    until = f"{timezone.localtime(invitation.expires_at):%Y-%m-%d %H:%M}"
    if args.mail:
        return f"{email} gets a mail with a link, as soon as `kesher worker` runs. It works once, until {until}."
    link = settings.PUBLIC_URL + pattern.replace(TOKEN, token_of(invitation))
    return (
        f"{link}\n\nWhoever opens this link becomes administrator of the portal as {email} and chooses a password. "
        f"It works once, until {until}. Pass it on as you would a key; the same command makes a new one."
    )


def keeper(args: argparse.Namespace, administrators: "QuerySet[Membership]") -> "Organisation":
    """The organisation that keeps the portal: the one named, else the one there is. Made when it is not here."""
    from kesher.accounts.models import Invitation, Organisation
    from kesher.accounts.roles import Role
    from kesher.base.history import System, acting

    name = (args.organisation or "").strip()
    if not name:
        membership = administrators.select_related("organisation").first()
        if membership is not None:
            return membership.organisation
        earlier = Invitation.objects.filter(role=Role.PLATFORM_ADMIN).select_related("organisation").first()
        if earlier is not None:
            return earlier.organisation
        raise CommandError(
            'Say which organisation keeps the portal: kesher admin EMAIL --organisation "Municipality of …"',
            exit_code=2,
        )
    named = [one for one in Organisation.objects.order_by("id") if name in one.name.values()]
    approved = [one for one in named if one.state == Organisation.State.APPROVED]
    if approved:
        return approved[0]
    if named:
        raise CommandError(f"{name!r} is here but not approved. A moderator must approve it first.")
    with acting(actor=System("first administrator"), reason="first administrator"):
        return Organisation.objects.create(
            name={args.language: name},
            kind=Organisation.Kind.MUNICIPALITY,
            state=Organisation.State.APPROVED,
        )
