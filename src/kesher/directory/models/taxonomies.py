"""Taxonomies: the shelves services stand on, with labels and everyday words in many languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import NoPersonalData
from kesher.base.translated import TranslatedField


@tracked()
class Taxonomy(Model):
    """A published classification. Only those whose licence allows passing them on are taken in."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = TranslatedField(_("name"), blank=False)
    description = TranslatedField(_("description"))
    version = models.CharField(_("version"), max_length=40, blank=True)
    uri = models.URLField(_("address"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)

    privacy = NoPersonalData("classifications")

    class Meta:
        verbose_name = _("taxonomy")
        verbose_name_plural = _("taxonomies")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class TermQuerySet(models.QuerySet["Term"]):
    def within(self, term: "Term") -> "TermQuerySet":
        """The term and all below it."""
        return self.filter(path__startswith=term.path)


@tracked()
class Term(Model):
    """One term. ``synonyms`` are everyday words per language that lead to it; ``reviewed`` lists checked languages."""

    # CASCADE: a term is nothing outside its taxonomy
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.CASCADE, related_name="terms")
    code = models.CharField(_("code"), max_length=255)
    name = TranslatedField(_("name"), blank=False)
    description = TranslatedField(_("description"))
    synonyms = models.JSONField(_("everyday words"), default=dict, blank=True)  # {"en": ["job", ...]}
    machine_translated = models.JSONField(_("machine-translated languages"), default=list, blank=True)
    # RESTRICT: a shelf that others hang under cannot be taken down
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.RESTRICT, related_name="children")
    path = models.CharField(max_length=600, editable=False)  # "taxonomy/code/code/": one prefix answers "is it under"
    uri = models.URLField(_("address"), max_length=500, blank=True)

    objects = TermQuerySet.as_manager()

    privacy = NoPersonalData("classifications")

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["taxonomy", "code"],
                name="term_code_once",
                violation_error_message=_("This taxonomy has a term with this code already."),
            )
        ]
        indexes = [models.Index(fields=["path"], name="term_path_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.code
