"""Users, organisations (the bare legal body) and who is what in which of them."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Union

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import OPENS_FILES, PORTAL_WIDE, Role
from kesher.base.history import tracked
from kesher.base.keys import uuid7
from kesher.base.models import AppendOnly, Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData, Retention
from kesher.base.transitions import Actor
from kesher.base.translated import TranslatedField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Visitor = Union["User", AnonymousUser]  # noqa: UP007 - "User" is not yet defined here


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the name they log in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@tracked(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """Somebody with an account. Not necessarily a person the portal helps: those have a file (``people``)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name to be called by"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="he")
    is_active = models.BooleanField(_("may log in"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    privacy = PersonalData(
        purpose="to let somebody log in and be reached",
        legal_basis=LegalBasis.CONTRACT,
        retention=Retention(after="closed_at", keep=timedelta(days=30)),
        fields={
            "email": "the e-mail address",
            "name": "the name",
            "language": "the language",
            "password": "the password in a form nobody can read",
            "last_login": "when the last log-in was",
        },
        plain=("id", "is_active", "created_at", "closed_at"),
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("There is an account with this e-mail address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def all_memberships(self) -> list["Membership"]:
        """The user's memberships today wherever they are, with their organisations: one query per request."""
        return list(self.memberships.in_force().select_related("organisation").order_by("id"))

    #: The organisation they work for now; None = nobody has said: all of theirs, as tasks and commands see them.
    working_for_id: uuid.UUID | None = None

    def work_for(self, organisation_id: uuid.UUID | None) -> uuid.UUID | None:
        """From now on only this organisation's memberships count; one they do not belong to = the first of theirs.

        Every request of a page begins with it, so that whoever serves two organisations never sees, or acts with, both at
        once (decision 0024). Returns the organisation it is now.
        """
        theirs = [membership.organisation_id for membership in self.all_memberships]
        self.working_for_id = organisation_id if organisation_id in theirs else next(iter(theirs), None)
        return self.working_for_id

    def forget_memberships(self) -> None:
        """They have just changed: read them anew. What one works for stays, while one still belongs there."""
        vars(self).pop("all_memberships", None)
        if self.working_for_id is not None:
            self.work_for(self.working_for_id)

    @property
    def memberships_in_force(self) -> list["Membership"]:
        """The memberships that count: today's, in the organisation one works for now."""
        if self.working_for_id is None:
            return self.all_memberships
        return [m for m in self.all_memberships if m.organisation_id == self.working_for_id]

    @property
    def working_for(self) -> "Organisation | None":
        """The organisation one works for now."""
        return next((m.organisation for m in self.memberships_in_force), None) if self.working_for_id else None

    @property
    def organisations(self) -> list["Organisation"]:
        """All the organisations one belongs to, each once, the oldest membership first."""
        return list({m.organisation_id: m.organisation for m in self.all_memberships}.values())

    @property
    def organisation_ids(self) -> frozenset[uuid.UUID]:
        return frozenset(membership.organisation_id for membership in self.memberships_in_force)

    @property
    def row_organisation_ids(self) -> frozenset[uuid.UUID]:
        """For the second wall: the organisations whose rows one may see, no suspended one. A mentor, a volunteer, sees
        their own rows alone."""
        mine = (m for m in self.memberships_in_force if m.organisation.state != Organisation.State.SUSPENDED)
        return frozenset(m.organisation_id for m in mine if m.role != Role.MENTOR)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.memberships_in_force)

    def roles_in(self, organisation_id: uuid.UUID | None) -> frozenset[str]:
        """The roles this user has towards one organisation: their own there, and those that reach everywhere."""
        return frozenset(
            m.role for m in self.memberships_in_force if m.organisation_id == organisation_id or m.role in PORTAL_WIDE
        )

    def organisations_as(self, roles: Iterable[str]) -> list["Organisation"]:
        """The approved organisations in which this user has one of these roles now, each once, in a fixed order.

        The one answer to "where does this user do that?": what waits for approval, was refused or is suspended is nowhere
        among them, and whoever works for one of several organisations has that one alone.
        """
        wanted = frozenset(roles)
        found = {
            one.organisation_id: one.organisation
            for one in self.memberships_in_force
            if one.role in wanted and one.organisation.state == Organisation.State.APPROVED
        }
        return [found[key] for key in sorted(found)]

    def organisation_ids_as(self, roles: Iterable[str]) -> list[uuid.UUID]:
        """The keys of :meth:`organisations_as`."""
        return [one.pk for one in self.organisations_as(roles)]

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles & set(roles))

    def as_actor(self, organisation_id: uuid.UUID | None = None) -> Actor:
        """This user as the one who acts, towards an organisation."""
        return Actor(user_id=self.pk, organisation_id=organisation_id, roles=self.roles_in(organisation_id))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def approved(self) -> "OrganisationQuerySet":
        return self.filter(state=Organisation.State.APPROVED)

    def once_approved(self) -> "OrganisationQuerySet":
        """Those that were approved at some time, as history knows."""
        told: Any = Organisation.pgh_event_model  # type: ignore[attr-defined]
        approved = told.objects.filter(pgh_obj=OuterRef("pk"), state=Organisation.State.APPROVED)
        return self.filter(Exists(approved))

    def sensitive(self) -> "OrganisationQuerySet":
        """Those of which nobody else is told that somebody is known there: by what they are, or because they are marked."""
        return self.filter(Q(kind=Organisation.Kind.HEALTH) | Q(sensitive=True))

    def waiting_for_approval(self) -> "OrganisationQuerySet":
        return self.filter(state=Organisation.State.PENDING)

    def visible_to(self, user: "Visitor") -> "OrganisationQuerySet":
        """Approved ones to everybody; the others to their members and to those who moderate."""
        public = Q(state=Organisation.State.APPROVED)
        if not user.is_authenticated:
            return self.filter(public)
        if user.has_role(Role.MODERATOR, Role.PLATFORM_ADMIN, Role.OFFICER):
            return self
        return self.filter(public | Q(pk__in=user.organisation_ids))


@tracked()
class Organisation(Model):
    """A legal body. What it offers is in ``directory``; who works there is in :class:`Membership`."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        EMPLOYMENT_SERVICE = "employment_service", _("employment service")
        AGENCY = "agency", _("public agency")
        COLLEGE = "college", _("college or training provider")
        CHARITY = "charity", _("charity or association")
        EMPLOYER = "employer", _("employer")
        HEALTH = "health", _("health service")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        SUSPENDED = "suspended", _("suspended")

    name = TranslatedField(_("name"), blank=False)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.OTHER)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PENDING)
    registration_number = models.CharField(_("registration number"), max_length=60, blank=True)
    # that somebody is known there says something about them by itself: a shelter, a clinic, help with an addiction
    sensitive = models.BooleanField(_("being known there says something about a person"), default=False)
    sensitive_why = models.CharField(_("why it is so, or why not any more"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        # RESTRICT: a department must not vanish because its municipality was entered twice
        on_delete=models.RESTRICT,
        related_name="departments",
    )

    objects = OrganisationQuerySet.as_manager()

    privacy = NoPersonalData("legal bodies")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name={}),
                name="organisation_has_a_name",
                violation_error_message=_("An organisation needs a name in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(sensitive=False) | ~Q(sensitive_why=""),
                name="organisation_sensitive_because",
                violation_error_message=_("Say why being known there says something about a person."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")),
                name="organisation_not_its_own_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return next(iter(self.name.values()), str(self.pk))


#: An organisation, and the platform, keeps an administrator without an end who may log in: nobody is left outside a locked
#: door. Whose account is switched off or gone needs no successor. Asked at the end of the transaction, after locking what
#: the rule is about: of two administrators who leave at once, the second is judged by what the first has done.
KEEPS_AN_ADMIN = pgtrigger.Trigger(
    name="keeps_an_admin",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Update | pgtrigger.Delete,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(old__role__in=[Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN], old__until__isnull=True),
    func="""
        IF TG_OP = 'UPDATE' AND NEW.role = OLD.role AND NEW.until IS NULL AND NEW.user_id = OLD.user_id
           AND NEW.organisation_id = OLD.organisation_id THEN
            RETURN NULL;
        END IF;
        IF NOT EXISTS (SELECT FROM accounts_user WHERE id = OLD.user_id AND is_active) THEN
            RETURN NULL;
        END IF;
        IF OLD.role = 'platform_admin' THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('the last platform administrator', 0));
        ELSE
            PERFORM FROM accounts_organisation WHERE id = OLD.organisation_id FOR UPDATE;
            IF NOT FOUND THEN
                RETURN NULL;
            END IF;
        END IF;
        IF NOT EXISTS (
            SELECT FROM accounts_membership AS other JOIN accounts_user AS who ON who.id = other.user_id
             WHERE other.role = OLD.role AND other.until IS NULL AND who.is_active
               AND other.since <= CURRENT_DATE + 1  -- the town's day may have begun before the server's
               AND (OLD.role = 'platform_admin' OR other.organisation_id = OLD.organisation_id)
        ) THEN
            RAISE EXCEPTION 'organisation_keeps_an_admin: the last administrator stays'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_keeps_an_admin';
        END IF;
        RETURN NULL;
    """,
)


_OPENING: Final = ", ".join(f"'{role}'" for role in sorted(OPENS_FILES))
#: Who reads the log of an organisation's looks is nobody whose looks stand in it; nor were they on any day of both. The account
#: is locked first: of two roles that are given at once, the second is judged by the first.
AUDITS_ALONE = pgtrigger.Trigger(
    name="audits_alone",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__role__in=[Role.AUDITOR, *sorted(OPENS_FILES)]),
    func=f"""
        PERFORM FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT FROM accounts_membership AS other
             WHERE other.user_id = NEW.user_id AND other.organisation_id = NEW.organisation_id
               AND (CASE WHEN NEW.role = 'auditor' THEN other.role IN ({_OPENING}) ELSE other.role = 'auditor' END)
               AND daterange(other.since, other.until, '[]') && daterange(NEW.since, NEW.until, '[]')
        ) THEN
            RAISE EXCEPTION 'auditor_opens_no_files: whoever audits holds no role that opens files there'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'auditor_opens_no_files';
        END IF;
        RETURN NULL;
    """,
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> "MembershipQuerySet":
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), since__lte=today)

    def visible_to(self, user: "Visitor") -> "MembershipQuerySet":
        """One's own, and those in organisations one administers; all to the platform's administrators and auditors."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN, Role.AUDITOR):
            return self
        administered = [m.organisation_id for m in user.memberships_in_force if m.role == Role.ORGANISATION_ADMIN]
        return self.filter(Q(user=user) | Q(organisation__in=administered))


@tracked()
class Membership(Model):
    """A user has a role in an organisation, from a day, perhaps until a day."""

    # CASCADE both: a role of nobody or nowhere means nothing; history keeps that it was there
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who may do what for which organisation",
        legal_basis=LegalBasis.CONTRACT,
        retention=Kept("as long as the account"),
        fields={"user": "whose role", "role": "the role", "since": "since when", "until": "until when"},
        plain=("id", "created_at", "updated_at", "organisation"),
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_once_per_role",
                violation_error_message=_("This person has this role here already."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("A role cannot end before it begins."),
            ),
        ]
        triggers = [KEEPS_AN_ADMIN, AUDITS_ALONE]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: "Visitor") -> "SavedViewQuerySet":
        """One's own, nobody else's."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SavedView(Model):
    """How somebody likes to see a list: filters under a name of their own. Never what they looked for in words: that is
    somebody's name."""

    #: More than these nobody finds again.
    MOST: ClassVar = 20

    # CASCADE: a habit of nobody
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    of = models.CharField(max_length=40)  # which list
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict)

    objects = SavedViewQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to give back how somebody likes to see a list",
        legal_basis=LegalBasis.CONTRACT,
        retention=Kept("as long as the account"),
        fields={"user": "the account", "name": "the name", "filters": "what you chose in a list"},
        plain=("id", "created_at", "updated_at", "of"),
        export=False,
    )

    class Meta:
        verbose_name = _("saved view of a list")
        verbose_name_plural = _("saved views of lists")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="saved_view_has_a_name",
                violation_error_message=_("Give it a name."),
            ),
            models.UniqueConstraint(
                fields=["user", "of", "name"],
                name="saved_view_once",
                violation_error_message=_("You have a view of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of} {self.pk}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_address(self, email: str) -> "InvitationQuerySet":
        """Those sent to this address, whatever its letters' case."""
        return self.filter(email__iexact=email)

    def waiting(self) -> "InvitationQuerySet":
        """Those somebody can still accept."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def visible_to(self, user: "Visitor") -> "InvitationQuerySet":
        """Those of the organisations one administers; all to the platform's administrators."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN):
            return self
        administered = [m.organisation_id for m in user.memberships_in_force if m.role == Role.ORGANISATION_ADMIN]
        return self.filter(organisation__in=administered)


@tracked()
class Invitation(Model):
    """Somebody is asked to take a role in an organisation. The link that accepts it is signed, works once, and runs out."""

    # CASCADE: an invitation to nowhere means nothing
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(_("role"), max_length=30, choices=Role)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="he")
    # a plain key: the trail outlives the account; NULL = whoever runs the server
    invited_by_id = models.UUIDField(null=True, editable=False)
    expires_at = models.DateTimeField(_("runs out"))
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to let somebody log in and be reached",
        legal_basis=LegalBasis.CONTRACT,
        retention=Retention(after="expires_at", keep=timedelta(days=30)),
        fields={
            "email": "the e-mail address",
            "language": "the language",
            "role": "the role",
            "invited_by_id": "who invited",
        },
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation",
            "expires_at",
            "accepted_at",
            "withdrawn_at",
        ),
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                "role",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_once_at_a_time",
                violation_error_message=_("This person is invited to this role here already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class LogInQuerySet(models.QuerySet["LogIn"]):
    def visible_to(self, user: "Visitor") -> "LogInQuerySet":
        """Those of one's own account, nobody else's."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class LogIn(AppendOnly):
    """Something happened around the log-in of an account. The database shows it to whose account it is."""

    class Kind(models.TextChoices):
        LOGGED_IN = "logged_in", _("logged in")
        SECOND_STEP = "second_step", _("second step taken")
        WRONG_PASSWORD = "wrong_password", _("a wrong password was typed")
        WRONG_SECOND_STEP = "wrong_second_step", _("a wrong second step was tried")
        CLOSED = "closed", _("too many wrong tries: closed for five minutes")
        TIMED_OUT = "timed_out", _("logged out, because nobody was there")

    # CASCADE: log-ins of nobody. No constraint: a demo that is built anew deletes users, and may not delete a log
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="log_ins", db_constraint=False)
    kind = models.CharField(max_length=20, choices=Kind)
    device = models.CharField(max_length=60, blank=True)
    # this account had never been logged in to from there, as far as is kept
    is_new = models.BooleanField(default=False)

    objects: Any = LogInQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to show people how their account was logged in to, and to find misuse",
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=timedelta(days=180)),
        fields={
            "user": "the account",
            "at": "when it was",
            "kind": "what happened at the log-in",
            "device": "which browser, and on what",
            "is_new": "whether it was the first time from there",
        },
        plain=("id",),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        indexes = [models.Index(fields=["user", "-at"], name="log_in_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
