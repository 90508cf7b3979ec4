"""Somebody who is helped, and who may see their file."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation, User
from kesher.areas.models import Area
from kesher.base.encrypted import BlindIndexField, EncryptedTextField, digits
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, Retention, used
from kesher.directory.call_backs import line_of
from kesher.people.models.open_files import FILE_ROLES, FileOpen
from kesher.people.name_keys import keys as name_keys

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: A file in which nothing has happened for so long is erased; a month before, whoever keeps it is told.
KEPT: Final = timedelta(days=2 * 365)


class PersonQuerySet(models.QuerySet["Person"]):
    def active(self) -> "PersonQuerySet":
        """Those whose file is in use: neither merged into another nor closed."""
        return self.filter(state=Person.State.ACTIVE)

    def visible_to(self, user: "Visitor") -> "PersonQuerySet":
        """Whose whole file this user may read: their own, those they help, those their organisation has access to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(FileOpen(user, "pk"))

    def kept_by(self, organisation_id: uuid.UUID) -> "PersonQuerySet":
        """Whose file this organisation keeps, on whatever grounds."""
        accesses = Access.objects.in_force().filter(organisation=organisation_id, whole=True, person=OuterRef("pk"))
        return self.filter(Exists(accesses))


@tracked()
class Person(Model):
    """Somebody who is helped. A name to call them by, a way to reach them, a language; all else is in the file's parts.

    They need no account. Who may see them stands in :class:`Access`, and nowhere else.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("in use")
        MERGED = "merged", _("merged into another file")
        CLOSED = "closed", _("closed")

    class Reach(models.TextChoices):
        CALL = "call", _("a call")
        TEXT = "text", _("a text message")
        MAIL = "mail", _("e-mail")
        THROUGH_HELPER = "helper", _("through somebody who helps")
        VISIT = "visit", _("only in person")

    #: Left unread in lists, where nothing of them is shown: each takes a deciphering.
    ENCRYPTED: ClassVar = ("phone", "email", "identity_number")

    called = models.CharField(_("name to be called by"), max_length=120)
    other_names = models.CharField(
        _("other names and spellings"), max_length=300, blank=True, help_text=_("As they stand in papers, say.")
    )
    # engine.names.keys of all names: what finds the same person again in another script
    name_keys = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
    born = models.DateField(_("born"), null=True, blank=True)
    language = models.CharField(_("language to write to them in"), max_length=10, choices=settings.LANGUAGES)
    phone = EncryptedTextField(_("telephone"), max_length=40, blank=True)
    phone_index = BlindIndexField(of="phone", domain="people.phone", normalise=line_of)
    email = EncryptedTextField(_("e-mail address"), max_length=254, blank=True)
    email_index = BlindIndexField(of="email", domain="people.email")
    identity_number = EncryptedTextField(_("identity number"), max_length=40, blank=True)
    identity_index = BlindIndexField(of="identity_number", domain="people.identity_number", normalise=digits)
    reach_by = models.CharField(_("how to reach them"), max_length=20, choices=Reach, default=Reach.CALL)
    reach_when = models.CharField(_("when it is safe to"), max_length=120, blank=True)
    # nothing that tells who writes or why may stand in a message to them
    discreet = models.BooleanField(_("messages must not show who they come from"), default=False)
    # PROTECT: a place does not vanish while somebody lives there
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("where they live")
    )
    # said by what brought it in (kesher.people.eea), and asked by nothing else
    from_eea = models.BooleanField(_("came from the European Economic Area"), default=False, editable=False)
    # SET_NULL: the file outlives the account
    user = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="person", verbose_name=_("account")
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ACTIVE)
    # SET_NULL: whoever follows the trail finds history
    merged_into = models.ForeignKey("self", null=True, editable=False, on_delete=models.SET_NULL, related_name="merged")
    last_step_at = models.DateTimeField(_("last step"), default=timezone.now, editable=False)

    objects = PersonQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to follow a person to the next step, and to an outcome",
        legal_basis=LegalBasis.CONSENT,
        retention=Retention(after="last_step_at", keep=KEPT, sooner="the person asks for it"),
        fields={
            "called": "the name",
            "other_names": "other names and spellings",
            "name_keys": "other names and spellings",
            "born": "the date of birth",
            "language": "the language",
            "phone": "the telephone number",
            "phone_index": "the telephone number",
            "email": "the e-mail address",
            "email_index": "the e-mail address",
            "identity_number": "the identity number, if it was given",
            "identity_index": "the identity number, if it was given",
            "reach_by": "how and when to reach you safely",
            "reach_when": "how and when to reach you safely",
            "discreet": "how and when to reach you safely",
            "area": "where you live",
            "from_eea": "whether it came from the European Economic Area",
            "user": "the account",
        },
        plain=("id", "created_at", "updated_at", "state", "merged_into", "last_step_at"),
        uses=used(
            KNOW="called other_names name_keys born phone_index email_index identity_number identity_index",
            HELP="born language area",
            REACH="language phone email reach_by reach_when discreet user",
            OPEN="user",
            PROVE="from_eea",
        ),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(called=""),
                name="person_has_a_name",
                violation_error_message=_("A name to call them by is needed; any will do."),
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged") & Q(merged_into=None),
                name="person_merged_into_another",
                violation_error_message=_("A merged file names the one it went into."),
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=models.F("id")),
                name="person_not_merged_into_itself",
                violation_error_message=_("A file cannot be merged into itself."),
            ),
        ]
        indexes = [
            GinIndex(fields=["name_keys"], name="person_name_keys"),
            models.Index(fields=["phone_index"], name="person_phone"),
            models.Index(fields=["email_index"], name="person_email"),
            models.Index(fields=["identity_index"], name="person_identity"),
            models.Index(fields=["last_step_at"], name="person_last_step"),
            models.Index(fields=["born"], name="person_born"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"  # no name: this text may end in a log

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever changes a name changes what finds it in other scripts."""
        written = kwargs.get("update_fields")
        if written is None or {"called", "other_names"} & set(written):
            self.name_keys = sorted(name_keys(f"{self.called} {self.other_names}"))
            if written is not None:
                kwargs["update_fields"] = {*written, "name_keys"}
        super().save(*args, **kwargs)


class AccessQuerySet(models.QuerySet["Access"]):
    def in_force(self) -> "AccessQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))

    def of(self, user: User) -> "AccessQuerySet":
        """This user's own, and those of the approved organisations in which they work with files."""
        # Asked of the database, too: an organisation may be suspended while somebody's memberships are remembered.
        theirs = Q(
            organisation__in=user.organisation_ids_as(FILE_ROLES), organisation__state=Organisation.State.APPROVED
        )
        return self.filter(Q(user=user) | theirs)

    def visible_to(self, user: "Visitor") -> "AccessQuerySet":
        """One's own, and one's organisations'. With whom a file is shared stands in what the person agreed to."""
        return self.of(user) if user.is_authenticated else self.none()


@tracked()
class Access(Model):
    """An organisation, or somebody with an account, may see a person's file, from a moment, perhaps until a moment."""

    class Kind(models.TextChoices):
        PERSON = "person", _("it is their own")
        HELPER = "helper", _("they help this person")
        KEEPER = "keeper", _("they opened the file")
        SHARED = "shared", _("the person agreed to share it")
        REFERRAL = "referral", _("a referral was sent to them")

    # CASCADE: an access to nothing means nothing; history keeps that it was there
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="accesses", db_index=False)
    kind = models.CharField(_("on what grounds"), max_length=20, choices=Kind)
    # CASCADE both: an access of nobody means nothing
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="accesses_to_files"
    )
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="accesses_to_files")
    # False: only what a referral carries, never the file
    whole = models.BooleanField(_("the whole file"), default=True)
    # RESTRICT: what was agreed to must be found again
    consent = models.ForeignKey(
        "people.Consent", null=True, blank=True, on_delete=models.RESTRICT, related_name="accesses"
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who may see a person's file, and why",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "user": "who helps",
            "kind": "on what grounds",
            "since": "since when",
            "until": "until when",
        },
        plain=("id", "created_at", "updated_at", "organisation", "whole", "consent"),
        uses=used(OPEN="person user kind since until", PROVE="kind since until"),
    )

    class Meta:
        verbose_name = _("access to a file")
        verbose_name_plural = _("accesses to files")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, user=None) | Q(organisation=None, user__isnull=False),
                name="access_of_one",
                violation_error_message=_("Either an organisation or one person gets access."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["keeper", "shared"]) | Q(consent__isnull=False),
                name="access_by_consent",
                violation_error_message=_("Nobody keeps or gets a file to which the person has not agreed."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="access_ends_after_it_begins",
                violation_error_message=_("An access cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "organisation", "user"],
                condition=Q(until=None, kind__in=["person", "helper", "keeper", "shared"]),
                nulls_distinct=False,
                name="access_once",
                violation_error_message=_("They have this access already."),
            ),
        ]
        indexes = [
            # of every row of a file the second wall asks this: all it needs stands in the index
            models.Index(
                fields=["person"],
                include=["organisation", "user", "until", "whole", "kind"],
                name="access_of_person",
            ),
            models.Index(fields=["organisation", "person"], name="access_of_organisation"),
            models.Index(fields=["user", "person"], name="access_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
