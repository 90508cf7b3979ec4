"""Bringing people in: an invitation by e-mail, and the signed link that accepts it once.

    invitation = invite(organisation, "dana@example.org", Role.OFFICER, by=actor, language="he", link_pattern="/he/…/TOKEN/")
    accept(find(token), user)

The link itself is the key: whoever reads that mailbox may choose a password. So it is signed, names one invitation, runs out,
and is dead once used, withdrawn or replaced, and while whoever invited could not give that role today.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Invitation, Membership, Organisation, User
from kesher.accounts.roles import OPENS_FILES, PORTAL_WIDE, Role
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.tasks import enqueue, task
from kesher.base.transitions import Actor
from kesher.base.translated import in_language

VALID_FOR = timedelta(days=14)
#: Stands in a link's pattern where the signed key goes, so that the key itself is never stored.
TOKEN = "TOKEN"  # noqa: S105 - a place, not a secret
_SALT = "kesher.accounts.invitation"

AUDITS_ALONE = _(
    "Whoever audits an organisation holds no role there that opens people's files. End one role first, or ask somebody else."
)
#: What an administrator of an organisation may give; the others reach over the whole portal.
ORGANISATION_ROLES = frozenset(Role.values) - PORTAL_WIDE


class NotInvited(Exception):
    """Why somebody cannot be invited, or an invitation not be accepted. ``message`` is for the person."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


def roles_to_give(by: Actor) -> list[str]:
    """The roles ``by`` may give, in the order of :class:`Role`."""
    if Role.PLATFORM_ADMIN in by.roles:
        return list(Role.values)
    if Role.ORGANISATION_ADMIN in by.roles:
        return [role for role in Role.values if role in ORGANISATION_ROLES]
    return []


def invite(
    organisation: Organisation,
    email: str,
    role: str,
    *,
    by: Actor,
    language: str,
    link_pattern: str = "",
    valid_for: timedelta = VALID_FOR,
) -> Invitation:
    """Invite; with ``link_pattern`` (a path with :data:`TOKEN` in it) the mail is sent after commit.

    An earlier invitation of this person to this role is replaced. Raises :class:`NotInvited`, or Django's
    ``ValidationError`` for what is no e-mail address. The system itself (``by.user_id`` None) may give every role.
    """
    email = email.strip().lower()
    validate_email(email)
    if by.user_id is not None and role not in roles_to_give(by):
        raise NotInvited(_("You cannot give this role."))
    if organisation.state != Organisation.State.APPROVED:
        raise NotInvited(_("Colleagues can be invited once a moderator has approved the organisation."))
    if audits_beside(organisation, email, role):
        raise NotInvited(AUDITS_ALONE)
    has_it = Membership.objects.in_force().filter(organisation=organisation, role=role, user__email__iexact=email)
    if has_it.exists():
        raise NotInvited(_("This person has this role here already."))
    with transaction.atomic(), acting(actor=by, reason="invite"):
        now = timezone.now()
        earlier = Invitation.objects.filter(
            organisation=organisation, role=role, email__iexact=email, accepted_at=None, withdrawn_at=None
        )
        earlier.update(withdrawn_at=now, updated_at=now)
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            role=role,
            language=language,
            invited_by_id=by.user_id,
            expires_at=now + valid_for,
        )
        emit("invitation.invite", invitation, by=by, data={"role": role})
        if link_pattern:
            enqueue(send_invitation, invitation_id=str(invitation.pk), link_pattern=link_pattern)
    return invitation


def audits_beside(organisation: Organisation, email: str, role: str) -> bool:
    """Whether this account would read the log of what it does itself: auditor beside a role that opens files, or vice versa."""
    against = OPENS_FILES if role == Role.AUDITOR else {Role.AUDITOR} if role in OPENS_FILES else set()
    today = timezone.localdate()
    held = Membership.objects.filter(organisation=organisation, role__in=against, user__email__iexact=email)
    return bool(against) and held.filter(Q(until=None) | Q(until__gte=today)).exists()


def token_of(invitation: Invitation) -> str:
    """The key in the link: the invitation's id, signed."""
    return signing.Signer(salt=_SALT).sign(invitation.pk.hex)


def find(token: str) -> Invitation | None:
    """The invitation a key opens, also one that is over; None when the key was not made here."""
    try:
        key = uuid.UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("organisation").filter(pk=key).first()


def is_backed(invitation: Invitation) -> bool:
    """Whether who invited may still give this role there. The system itself, which has no account, always may."""
    if invitation.invited_by_id is None:
        return True
    # Read anew each time: a role that ended, an account that was closed, and a date that has passed all count today.
    inviter = User.objects.filter(pk=invitation.invited_by_id, is_active=True).first()
    return inviter is not None and invitation.role in roles_to_give(inviter.as_actor(invitation.organisation_id))


def accept(invitation: Invitation, user: User) -> Membership:
    """Give ``user`` the role, once.

    Raises :class:`NotInvited` when it is over, meant for another address, or no longer backed by who invited.
    """
    with transaction.atomic(), acting(actor=user.pk, reason="accept invitation"):
        locked = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
        if not locked.is_waiting:
            raise NotInvited(_("This invitation has been used, was taken back, or has run out."))
        if user.email.lower() != locked.email.lower():
            raise NotInvited(_("This invitation is for another e-mail address."))
        if locked.organisation.state == Organisation.State.SUSPENDED:
            raise NotInvited(
                _("This organisation is suspended. The invitation can be accepted once it is let back in.")
            )
        if audits_beside(locked.organisation, user.email, locked.role):
            raise NotInvited(AUDITS_ALONE)
        if not is_backed(locked):
            raise NotInvited(_("Whoever invited you can no longer give this role."))
        membership, new = Membership.objects.get_or_create(
            user=user, organisation=locked.organisation, role=locked.role
        )
        if not new and membership.until is not None:  # they had it once: it begins anew
            membership.since, membership.until = timezone.localdate(), None
            membership.save()
        locked.accepted_at = timezone.now()
        locked.save()
        emit("invitation.accept", locked, by=user.as_actor(locked.organisation_id), data={"role": locked.role})
        user.forget_memberships()
        return membership


def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """Take an invitation back; one that is over stays as it is."""
    with transaction.atomic(), acting(actor=by, reason="withdraw invitation"):
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if locked.accepted_at is None and locked.withdrawn_at is None:
            locked.withdrawn_at = timezone.now()
            locked.save()
            emit("invitation.withdraw", locked, by=by, data={"role": locked.role})


@task(queue="mail")
def send_invitation(*, invitation_id: str, link_pattern: str) -> None:
    """Mail the link. One that is over by now is not sent."""
    invitation = Invitation.objects.select_related("organisation").filter(pk=invitation_id).first()
    if invitation is None or not invitation.is_waiting or not is_backed(invitation):
        return
    with translation.override(invitation.language):
        text = render_to_string(
            "notifications/invitation.txt",
            {
                "organisation": in_language(invitation.organisation.name, invitation.language).text,
                "role": invitation.get_role_display(),
                "until": timezone.localtime(invitation.expires_at),
                "link": settings.PUBLIC_URL + link_pattern.replace(TOKEN, token_of(invitation)),
            },
        )
    subject, _rest, body = text.strip().partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [invitation.email])
