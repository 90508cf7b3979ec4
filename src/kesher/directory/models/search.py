"""What search reads: one flat row per service, rebuilt from the directory at will. Written by ``directory.search`` only.

Nothing here is a fact of its own, so nothing here is tracked: the services are. A trigger keeps ``public`` true to the
state of the service and its organisation even where a rebuild has not run yet (migration 0002).
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Now, Repeat
from django.utils.translation import gettext_lazy as _

from kesher.base.privacy import NoPersonalData
from kesher.directory.models.services import Service
from kesher.directory.models.taxonomies import Term


class MinutesOfWeekField(models.Field):  # type: ignore[type-arg]
    """``int4multirange`` of minutes since Monday 00:00, 0..10079; NULL = nobody said when it is open."""

    def db_type(self, connection: Any) -> str:
        return "int4multirange"


class TransactionField(models.Field):  # type: ignore[type-arg]
    """``xid8``: the number of a transaction, 64 bits, which never comes again."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class SearchDocument(models.Model):
    """A service as search sees it: what it is filtered and counted by. Its words stand in :class:`SearchText`."""

    # CASCADE: a document is nothing without its service
    service = models.OneToOneField(
        Service, primary_key=True, on_delete=models.CASCADE, related_name="search_document", db_index=False
    )
    public = models.BooleanField(default=False)
    organisation_id = models.UUIDField(null=True)
    sort_name = models.TextField(default="")  # folded, in the first language there is
    sort_names = models.JSONField(default=dict)  # {language: folded name}, where it differs from sort_name
    terms = ArrayField(models.UUIDField(), default=list)  # own terms and all above them
    languages = ArrayField(models.CharField(max_length=35), default=list)  # primary subtags: "he", "ar"
    areas = ArrayField(models.UUIDField(), default=list)  # of its places and its service areas, and all above them
    serves = ArrayField(models.UUIDField(), default=list)  # its service areas themselves: all below them are served too
    is_free = models.BooleanField(null=True)
    remote = models.BooleanField(null=True)
    referral_modes = ArrayField(models.CharField(max_length=20), default=list)
    check_by = models.DateField(null=True)
    hours = MinutesOfWeekField(null=True)
    said = models.UUIDField(null=True)  # digest of what is read for its meaning
    # its likeliest themes (``search.meaning``), and the digest of what they were read from; NULL = not read yet
    meaning = models.BinaryField(null=True)
    meaning_of = models.UUIDField(null=True)

    objects: ClassVar[models.Manager["SearchDocument"]] = models.Manager()

    privacy = NoPersonalData("services, prepared for search")

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        ordering = ["service"]
        indexes = [
            GinIndex(fields=["terms"], name="search_terms", fastupdate=False),
            models.Index(fields=["organisation_id"], name="search_organisation"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SearchText(models.Model):
    """The words of a service, each with its weight as its first letter: ``Aulpan``, ``Cevening``.

    Weights: A = names; B = the organisation's name and other forms of the words of the names; C = texts; D = other forms
    of the words of the texts. Words of taxonomy terms are not repeated in every service that carries them: they stand
    once in :class:`SearchPhrase` and lead to ``SearchDocument.terms``. Not PostgreSQL's own weights: its indexes know
    none, so that each document found would be read to learn where the word stands. A table of its own, because counts
    read every document and no words.
    """

    # CASCADE: as the document
    document = models.OneToOneField(
        SearchDocument, primary_key=True, on_delete=models.CASCADE, related_name="text", db_index=False
    )
    words = SearchVectorField(default="")
    # Says nothing. It makes each row long enough for PostgreSQL to keep the words out of it (at 2 kB, migration 0006),
    # where it shrinks to nothing itself: rows found by the index then lie eighty to a page, not five, and looking up a
    # common word takes a fifth of the time.
    room = models.TextField(db_default=Repeat(Value("."), 2000))

    privacy = NoPersonalData("services, prepared for search")

    class Meta:
        verbose_name = _("words of a search document")
        verbose_name_plural = _("words of search documents")
        ordering = ["document"]
        indexes = [GinIndex(fields=["words"], name="search_text_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.pk)


class SearchPlace(models.Model):
    """A point where a service is offered, for distances."""

    # CASCADE: as the document
    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="places")
    latitude = models.FloatField()
    longitude = models.FloatField()

    privacy = NoPersonalData("services, prepared for search")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["latitude", "longitude"], name="search_place_box")]

    def __str__(self) -> str:
        return f"{self.latitude}, {self.longitude}"


class SearchPhrase(models.Model):
    """A name or an everyday word of a taxonomy term in one language, cut into words."""

    # CASCADE: the words of a term go with it
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=35)
    is_name = models.BooleanField(default=False)
    # "word" or "word|variant|variant" per telling word of the phrase
    words = ArrayField(models.TextField(), default=list)
    weights = ArrayField(models.FloatField(), default=list)  # of each word: ln(1 + phrases / phrases with the word)
    spellings = ArrayField(models.TextField(), default=list)

    objects: ClassVar[models.Manager["SearchPhrase"]] = models.Manager()

    privacy = NoPersonalData("words of classifications")

    class Meta:
        ordering = ["id"]
        indexes = [GinIndex(fields=["spellings"], name="search_phrase_spellings", fastupdate=False)]

    def __str__(self) -> str:
        return " ".join(word.partition("|")[0] for word in self.words)


class SearchWord(models.Model):
    """A word that occurs, and in how many public documents and phrases. The empty word counts all of them.

    Misspelt words are looked up here, by trigrams: a vocabulary is a hundredth of the names it comes from.
    """

    word = models.TextField(primary_key=True)
    documents = models.PositiveIntegerField(default=0)
    phrases = models.PositiveIntegerField(default=0)

    privacy = NoPersonalData("words of services")

    class Meta:
        ordering = ["word"]
        indexes = [GinIndex(fields=["word"], name="search_word_trigrams", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word


class Change(models.Model):
    """When a statement changed something, and in which transaction: written by triggers, kept for a day."""

    at = models.DateTimeField(db_default=Now())
    xid = TransactionField(db_default=Func(function="pg_current_xact_id", output_field=TransactionField()))

    class Meta:
        abstract = True
        ordering = ["id"]


class SearchChange(Change):
    """The key of a document that a statement changed, and in which transaction.

    The processes that hold the documents as columns learn from it what to read anew (``directory.search.columns``). No
    key: everything was changed.
    """

    document_id = models.UUIDField(null=True)

    objects: ClassVar[models.Manager["SearchChange"]] = models.Manager()

    privacy = NoPersonalData("keys of search documents")

    class Meta(Change.Meta):
        indexes = [models.Index(fields=["xid"], name="search_change_xid")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.at}"


class ServiceChange(Change):
    """The key of a service of which a statement changed what orientation holds: its ages, themes, free places, and so on; or
    of a location, rule or organisation, of which the services are asked when it is read: one that joins it in a transaction
    under way would not be seen before.

    As ``SearchChange``, for the processes that hold the services with their rules (``directory.catalogue``): written by
    triggers, once a transaction, kept for a day. No key: everything was changed.
    """

    key = models.UUIDField(null=True)

    objects: ClassVar[models.Manager["ServiceChange"]] = models.Manager()

    privacy = NoPersonalData("keys of services and of what they share")

    class Meta(Change.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["xid", "key"],
                name="service_change_once",
                violation_error_message=_("This change has been written down already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.at}"
