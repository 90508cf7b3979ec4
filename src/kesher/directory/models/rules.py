"""Who may come, as a rule: its name, its versions with their law, dates and tests, and the services it stands before."""

from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import PORTAL_WIDE, Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData
from kesher.base.translated import TranslatedField
from kesher.directory.models.services import Service
from kesher.engine.eligibility import LegalSource, Rule, RuleTest, Verdict
from kesher.engine.eligibility.values import Json

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Who writes rules, and who publishes what another has written.
RULE_KEEPERS = frozenset({Role.OFFICER, Role.PLATFORM_ADMIN})


class EligibilityRuleQuerySet(models.QuerySet["EligibilityRule"]):
    def visible_to(self, user: "Visitor") -> "EligibilityRuleQuerySet":
        """Rules and their drafts are read by those who oversee the directory; pages show what is published of them."""
        if user.is_authenticated and user.has_role(*PORTAL_WIDE):
            return self
        return self.none()


@tracked()
class EligibilityRule(Model):
    """One rule, whatever its versions say. Several services may stand behind the same one."""

    name = TranslatedField(_("name of the rule"), blank=False)
    # RESTRICT: what an authority has decided does not vanish with the organisation's row
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="eligibility_rules",
        verbose_name=_("whose rule it is"),
    )
    services = models.ManyToManyField(Service, through="ServiceRule", related_name="eligibility_rules")

    objects = EligibilityRuleQuerySet.as_manager()

    privacy = NoPersonalData("rules, as they are published")

    class Meta:
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name={}),
                name="eligibility_rule_has_a_name",
                violation_error_message=_("A rule needs a name in at least one language."),
            )
        ]

    def __str__(self) -> str:
        return next(iter(self.name.values()), str(self.pk))


@tracked()
class ServiceRule(Model):
    """This service is for whom this rule says. With several, all must say yes."""

    # CASCADE: a link between two things goes with either
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="rule_links")
    rule = models.ForeignKey(EligibilityRule, on_delete=models.CASCADE, related_name="service_links")

    privacy = NoPersonalData("which rule stands before which service")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "rule"],
                name="service_rule_once",
                violation_error_message=_("This rule stands before this service already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} before {self.service_id}"


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def published(self) -> "RuleVersionQuerySet":
        return self.filter(state=RuleVersion.State.PUBLISHED)

    def in_force(self, on: date) -> "RuleVersionQuerySet":
        """Those that count on a day: of each rule the published one with the highest number whose days include it."""
        published = self.published().filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)
        return published.order_by("rule_id", "-number").distinct("rule_id")

    def waiting(self) -> "RuleVersionQuerySet":
        """Those that wait for a second person."""
        return self.filter(state=RuleVersion.State.PROPOSED)

    def visible_to(self, user: "Visitor") -> "RuleVersionQuerySet":
        if user.is_authenticated and user.has_role(*PORTAL_WIDE):
            return self
        return self.none()


@tracked()
class RuleVersion(Model):
    """What a rule says from one day on. Once published it never changes: the next thing it says is its next version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        PROPOSED = "proposed", _("waits for a second person")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # CASCADE: a version is part of its rule
    rule = models.ForeignKey(EligibilityRule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)
    source_title = models.CharField(_("law, regulation or decision"), max_length=300)
    source_section = models.CharField(_("section"), max_length=100, blank=True)
    source_url = models.URLField(_("where to read it"), max_length=1000, blank=True)
    source_language = models.CharField(_("language of the law"), max_length=35, blank=True)
    # an expression of kesher.engine.eligibility
    when = models.JSONField(_("condition"), default=bool)
    # how it is shown as a table (engine.eligibility.table_rules.outline_of); {} = by its facts
    outline = models.JSONField(_("table"), default=dict, blank=True)
    # [{"name": "…", "facts": {…}, "verdict": "yes"}, …]
    tests = models.JSONField(_("examples"), default=list, blank=True)
    written_by_id = models.UUIDField(null=True, editable=False)
    published_by_id = models.UUIDField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = RuleVersionQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who wrote and who published what decides whether people are told they may come",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the rule: who decided it must be found again"),
        fields={"written_by_id": "who wrote it", "published_by_id": "who published it"},
        plain=(
            "id",
            "created_at",
            "updated_at",
            "rule",
            "number",
            "state",
            "valid_from",
            "valid_until",
            "source_title",
            "source_section",
            "source_url",
            "source_language",
            "when",
            "outline",
            "tests",
            "published_at",
        ),
    )

    class Meta:
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "number"],
                name="rule_version_once",
                violation_error_message=_("There is a version of this number already."),
            ),
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(state__in=["draft", "proposed"]),
                name="rule_one_version_in_work",
                violation_error_message=_("Another version of this rule is being written."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="rule_version_days_in_order",
                violation_error_message=_("The rule would end before it begins."),
            ),
            models.CheckConstraint(
                # A rule of nobody (the demo's) has no second person to find; one that somebody wrote needs another.
                condition=~Q(state="published") | Q(written_by_id=None) | ~Q(published_by_id=F("written_by_id")),
                name="rule_published_by_a_second_person",
                violation_error_message=_("Another person than the one who wrote it publishes a rule."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(written_by_id=None) | Q(published_by_id__isnull=False),
                name="rule_published_by_somebody",
                violation_error_message=_("Somebody publishes a rule, and is named."),
            ),
        ]
        indexes = [models.Index(fields=["state", "valid_from"], name="rule_version_in_force")]
        triggers = [
            # Who was told what, and by which rule, must be found again: only the state moves on, to "withdrawn".
            pgtrigger.Protect(
                name="rule_version_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["published", "withdrawn"])
                & (
                    pgtrigger.Q(old__when__df=pgtrigger.F("new__when"))
                    | pgtrigger.Q(old__valid_from__df=pgtrigger.F("new__valid_from"))
                    | pgtrigger.Q(old__valid_until__df=pgtrigger.F("new__valid_until"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__rule__df=pgtrigger.F("new__rule"))
                    | pgtrigger.Q(old__tests__df=pgtrigger.F("new__tests"))
                    | pgtrigger.Q(old__source_title__df=pgtrigger.F("new__source_title"))
                    | pgtrigger.Q(old__source_section__df=pgtrigger.F("new__source_section"))
                    | pgtrigger.Q(old__source_url__df=pgtrigger.F("new__source_url"))
                    | pgtrigger.Q(old__source_language__df=pgtrigger.F("new__source_language"))
                    # It holds the name under which it was published, and in which rows people were told the rule
                    | pgtrigger.Q(old__outline__df=pgtrigger.F("new__outline"))
                    | pgtrigger.Q(old__written_by_id__df=pgtrigger.F("new__written_by_id"))
                    | pgtrigger.Q(old__published_by_id__df=pgtrigger.F("new__published_by_id"))
                    | pgtrigger.Q(old__published_at__df=pgtrigger.F("new__published_at"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.number}"

    @property
    def cited(self) -> dict[str, str]:
        """What the law is called, as text in its own language."""
        return {self.source_language or "und": self.source_title} if self.source_title else {}

    @property
    def cited_section(self) -> dict[str, str]:
        return {self.source_language or "und": self.source_section} if self.source_section else {}

    def as_rule(self) -> Rule:
        """The engine's rule, with its tests. Raises nothing: what is stored was checked when it was written."""
        return Rule(
            id=str(self.rule_id),
            version=self.number,
            labels=dict(self.rule.name),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            source=LegalSource(self.source_title, self.source_section, self.source_url, self.source_language),
            when=self.when,
            tests=tuple(RuleTest(test["name"], test["facts"], Verdict(test["verdict"])) for test in self.tests),
            table=self.outline or None,
        )


def all_of(expressions: list[Json]) -> Json:
    """One condition for a service with several rules; None = open to all."""
    if not expressions:
        return None
    return expressions[0] if len(expressions) == 1 else {"and": expressions}
