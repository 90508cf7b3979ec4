"""What a person can do and has learnt: languages, and schooling with its papers."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person


class Cefr(models.TextChoices):
    """Levels of the Common European Framework, with a word for none and one for the language of one's home."""

    NONE = "0", _("not at all")
    A1 = "A1", _("A1: single words")
    A2 = "A2", _("A2: simple everyday things")
    B1 = "B1", _("B1: I manage")
    B2 = "B2", _("B2: well")
    C1 = "C1", _("C1: very well")
    C2 = "C2", _("C2: like somebody who grew up with it")


#: The five of the Common European Framework, in the order they are asked.
FIVE: Final = ("listening", "reading", "interaction", "production", "writing")


@tracked()
class LanguageSkill(Model):
    """One language as one of two judges it: the person themselves, or a caseworker. Neither overwrites the other."""

    class Judge(models.TextChoices):
        PERSON = "person", _("the person")
        CASEWORKER = "caseworker", _("a caseworker")

    class Script(models.TextChoices):
        FLUENT = "fluent", _("reads and writes its letters")
        SLOW = "slow", _("slowly, letter by letter")
        NONE = "none", _("does not know its letters")

    person = of_person("languages")
    language = models.CharField(_("language"), max_length=10)
    judge = models.CharField(_("who says so"), max_length=20, choices=Judge)
    listening = models.CharField(_("understanding what is said"), max_length=2, choices=Cefr, blank=True)
    reading = models.CharField(_("reading"), max_length=2, choices=Cefr, blank=True)
    interaction = models.CharField(_("talking with somebody"), max_length=2, choices=Cefr, blank=True)
    production = models.CharField(_("speaking by oneself"), max_length=2, choices=Cefr, blank=True)
    writing = models.CharField(_("writing"), max_length=2, choices=Cefr, blank=True)
    script = models.CharField(_("letters"), max_length=10, choices=Script, blank=True)
    certificate = models.CharField(_("certificate"), max_length=120, blank=True)
    # plain key: the history outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what a person can do",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "language": "languages, and how well",
            "judge": "who says so",
            **dict.fromkeys(FIVE, "languages, and how well"),
            "script": "languages, and how well",
            "certificate": "certificates",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(
            KNOW="person",
            WORK="language judge listening reading interaction production writing script certificate",
            HELP="language listening interaction",
            REACH="language script",
            PROVE="noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "language", "judge"],
                name="language_skill_once",
                violation_error_message=_("This language is noted already."),
            ),
            models.CheckConstraint(
                condition=~Q(language=""),
                name="language_skill_of_one",
                violation_error_message=_("Say which language."),
            ),
        ]

    def __str__(self) -> str:
        return f"language {self.pk}"


@tracked()
class Qualification(Model):
    """Something a person has learnt, with or without a paper that says so."""

    class Proof(models.TextChoices):
        HELD = "held", _("the paper is there")
        COPY = "copy", _("a copy is there")
        LOST = "lost", _("there was one; it is lost")
        NONE = "none", _("there never was one")

    class Level(models.IntegerChoices):
        """International Standard Classification of Education, 2011."""

        PRIMARY = 1, _("primary school")
        LOWER = 2, _("lower secondary school")
        UPPER = 3, _("upper secondary school")
        POST = 4, _("vocational, after school")
        SHORT = 5, _("short-cycle tertiary")
        BACHELOR = 6, _("bachelor or equal")
        MASTER = 7, _("master or equal")
        DOCTOR = 8, _("doctorate")

    person = of_person("qualifications")
    title = models.CharField(_("what it is called"), max_length=200)
    # ISCED-F 2013: two to four digits
    field_code = models.CharField(_("field (ISCED-F)"), max_length=4, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, null=True, blank=True)
    eqf = models.PositiveSmallIntegerField(_("level of the European framework"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    institution = models.CharField(_("school or institution"), max_length=200, blank=True)
    begun = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    ended = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    proof = models.CharField(_("paper"), max_length=10, choices=Proof)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what a person can do",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                ("title", "field_code", "level", "eqf", "country", "institution", "begun", "ended"),
                "schools and qualifications",
            ),
            "proof": "which papers you have",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(
            KNOW="person",
            WORK="title field_code level eqf country institution begun ended proof",
            PROVE="noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="qualification_has_a_title",
                violation_error_message=_("What is it called?"),
            ),
            models.CheckConstraint(
                condition=Q(eqf=None) | Q(eqf__range=(1, 8)),
                name="qualification_eqf",
                violation_error_message=_("The European framework has levels 1 to 8."),
            ),
            models.CheckConstraint(
                condition=Q(begun=None) | Q(ended=None) | Q(ended__gte=models.F("begun")),
                name="qualification_ends_after_it_begins",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(field_code="") | Q(field_code__regex=r"^[0-9]{2,4}$"),
                name="qualification_field_code",
                violation_error_message=_("A field is two to four digits."),
            ),
        ]

    def __str__(self) -> str:
        return f"qualification {self.pk}"
