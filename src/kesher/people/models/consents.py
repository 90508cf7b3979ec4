"""What a person has agreed to: the words they read, in which language, when, how, and whether they have taken it back."""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData, used
from kesher.base.translated import TranslatedField
from kesher.people.models.named import named_to
from kesher.people.models.persons import Access, Person

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

RECEIPT_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are mistaken for one another
#: How long a proof of agreement outlives its end, for whoever must show that it was there.
PROOF: Final = timedelta(days=3 * 365)


def receipt() -> str:
    """A number to read out over the telephone: ten signs, not to be guessed."""
    signs = "".join(secrets.choice(RECEIPT_SIGNS) for _sign in range(10))
    return f"{signs[:5]}-{signs[5:]}"


class Purpose(models.TextChoices):
    """What somebody may agree to; each apart from the others."""

    FILE = "file", _("keep a file about me")
    SHARE = "share", _("share my file")
    REFERRAL = "referral", _("send what is needed for one service")
    MATCHING = "matching", _("look for work that fits me")
    STATISTICS = "statistics", _("count me, without my name")


#: These are towards one organisation; the others are towards the table of the town.
TOWARDS_ONE: Final = frozenset({Purpose.FILE, Purpose.SHARE, Purpose.REFERRAL})


@tracked()
class ConsentText(Model):
    """The words that are agreed to. A text that was ever used is never changed: a new version follows it."""

    purpose = models.CharField(_("for what"), max_length=20, choices=Purpose)
    version = models.PositiveIntegerField(_("version"))
    text = TranslatedField(_("the words"), blank=False)
    published_at = models.DateTimeField(_("in use since"), null=True, blank=True)

    privacy = NoPersonalData("texts that are read to everybody")

    class Meta:
        verbose_name = _("text to agree to")
        verbose_name_plural = _("texts to agree to")
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "version"],
                name="consent_text_version_once",
                violation_error_message=_("There is this version already."),
            )
        ]
        triggers = [
            # What somebody agreed to must be found again, word for word.
            pgtrigger.Protect(
                name="consent_text_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False)
                & (
                    pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                    | pgtrigger.Q(old__purpose__df=pgtrigger.F("new__purpose"))
                    | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"

    @classmethod
    def current(cls, purpose: str) -> "ConsentText":
        """The one in use. Raises :class:`ConsentText.DoesNotExist` where nothing is published."""
        return cls.objects.filter(purpose=purpose, published_at__isnull=False).order_by("-version")[:1].get()


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None).filter(Q(until=None) | Q(until__gt=timezone.now()))

    def visible_to(self, user: "Visitor") -> "ConsentQuerySet":
        """To the person, their helpers, and those who may see the file: to these without agreements with an organisation that
        is not named to them."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            named_to(user), person__in=Access.objects.in_force().of(user).filter(whole=True).values("person")
        )


@tracked()
class Consent(Model):
    """A person agreed to one thing. Kept with the very words they read; withdrawn, it stays as the proof that it was."""

    class How(models.TextChoices):
        SELF = "self", _("on their own page")
        PRESENT = "present", _("read to them, and agreed aloud")
        PHONE = "phone", _("on the telephone")
        PAPER = "paper", _("signed on paper")
        HELPER = "helper", _("by somebody who may decide for them")

    # CASCADE: with the file goes what was agreed about it
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(_("for what"), max_length=20, choices=Purpose)
    # RESTRICT: what was agreed with an organisation must be found again
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.RESTRICT, related_name="consents"
    )
    # RESTRICT: the words must be found again
    text = models.ForeignKey(ConsentText, on_delete=models.RESTRICT, related_name="consents")
    language = models.CharField(_("language it was read in"), max_length=10)
    how = models.CharField(_("how"), max_length=20, choices=How)
    receipt = models.CharField(_("receipt"), max_length=11, default=receipt, editable=False)
    given_at = models.DateTimeField(_("agreed"), default=timezone.now, editable=False)
    # plain keys: the proof outlives the account
    recorded_by_id = models.UUIDField(null=True, editable=False)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_by_id = models.UUIDField(_("who wrote down that it was taken back"), null=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to prove what a person has agreed to",
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose agreement",
            "purpose": "what you agreed to, and when",
            "language": "the language",
            "how": "how you agreed",
            "given_at": "what you agreed to, and when",
            "until": "what you agreed to, and when",
            "withdrawn_at": "what you agreed to, and when",
            "recorded_by_id": "who wrote it down",
            "withdrawn_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "organisation", "text", "receipt"),
        uses=used(
            PROVE="person purpose language how given_at until withdrawn_at recorded_by_id withdrawn_by_id",
            OPEN="purpose until withdrawn_at",
        ),
    )

    class Meta:
        verbose_name = _("agreement of a person")
        verbose_name_plural = _("agreements of people")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["file", "share", "referral"], organisation__isnull=False)
                | Q(purpose__in=["matching", "statistics"], organisation=None),
                name="consent_towards_whom",
                violation_error_message=_("It must be said with which organisation this is agreed."),
            ),
            models.UniqueConstraint(
                fields=["receipt"], name="consent_receipt_once", violation_error_message=_("There is this receipt.")
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
                violation_error_message=_("Nothing can be taken back before it was agreed."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "purpose", "organisation"], name="consent_of_person"),
            # everybody who agreed to be counted, in the order of people, without a look at the rows
            models.Index(
                fields=["person", "until"],
                condition=Q(purpose="statistics", withdrawn_at=None),
                name="consent_to_be_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_in_force(self) -> bool:
        """As :meth:`ConsentQuerySet.in_force` asks."""
        return self.withdrawn_at is None and (self.until is None or self.until > timezone.now())
