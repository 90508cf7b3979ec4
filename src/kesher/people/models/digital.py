"""What a person can do with a telephone and a computer: the five areas of DigComp, as they say and as a caseworker judges."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person
from kesher.people.models.skills import LanguageSkill

#: The areas of the Digital Competence Framework for Citizens (DigComp 2.2), in its order.
AREAS: Final = ("information", "communication", "creation", "safety", "problems")


class Digital(models.TextChoices):
    """The framework's levels by what tells them apart, whether one does it alone; and one below them."""

    NONE = "0", _("not yet")
    HELPED = "1", _("with help")
    ALONE = "2", _("by myself")
    OTHERS = "3", _("by myself, and I help others")


def _area(words: "str | object") -> "models.CharField[str, str]":
    return models.CharField(words, max_length=1, choices=Digital, blank=True)  # type: ignore[arg-type]


@tracked()
class DigitalSkill(Model):
    """All five areas as one of two judges them: the person themselves, or a caseworker. Neither overwrites the other."""

    person = of_person("digital_skills")
    judge = models.CharField(_("who says so"), max_length=20, choices=LanguageSkill.Judge)
    information = _area(_("finding things out with a telephone or computer"))
    communication = _area(_("messages, and offices online"))
    creation = _area(_("making texts, pictures and tables"))
    safety = _area(_("staying safe online"))
    problems = _area(_("when something does not work"))
    # plain key: the history outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what a person can do",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "judge": "who says so",
            **dict.fromkeys(AREAS, "what you can do with a telephone and a computer"),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", WORK=f"judge {' '.join(AREAS)}", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("digital skill")
        verbose_name_plural = _("digital skills")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "judge"],
                name="digital_skill_once",
                violation_error_message=_("This is noted already: take it out first, or change it in the interview."),
            ),
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(AREAS, "")),
                name="digital_skill_says_something",
                violation_error_message=_("Choose an answer for at least one."),
            ),
        ]

    def __str__(self) -> str:
        return f"digital skill {self.pk}"
