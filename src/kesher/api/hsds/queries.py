"""What is found: public things only, narrowed by every filter given, in the order of their keys."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from kesher.accounts.models import Organisation
from kesher.api.hsds.near import narrowed
from kesher.api.hsds.parameters import Filtered, Listing, OrganisationListing, SiteListing, TermListing
from kesher.directory.exporting import modified_since, public_organisations, public_services, public_sites
from kesher.directory.models import Service, ServiceAtLocation, ServiceTerm, Taxonomy, Term
from kesher.directory.names import named
from kesher.directory.search import PUBLIC, find_keys

Row = TypeVar("Row", bound=Model)


def matching(services: QuerySet[Service], words: str) -> QuerySet[Service]:
    """The one seam to search: services the search finds by the words, in whatever language they are said."""
    # One array, not a list of parameters: thousands of those take longer to write down than to look up.
    return services.filter(pk__in=RawSQL("SELECT unnest(%s::uuid[])", [find_keys(words, PUBLIC)]))


def services(asked: Filtered) -> QuerySet[Service]:
    found: QuerySet[Service] = _with_terms(public_services(), asked.taxonomy_term_id, asked.taxonomy_id)
    if asked.organization_id:
        found = found.filter(organisation_id=asked.organization_id)
    if asked.modified_after:
        found = found.filter(modified_since(asked.modified_after))
    if asked.search:
        found = matching(found, asked.search)
    return found.order_by("pk")


def sites(asked: SiteListing) -> QuerySet[ServiceAtLocation]:
    """Services at locations: the filters speak of the service. Changed is a site also when only it has changed."""
    since = asked.modified_after
    found = public_sites().filter(
        service__in=services(asked.model_copy(update={"modified_after": None})).order_by().values("pk")
    )
    if since:
        changed = Q(service__in=Service.objects.filter(modified_since(since)).values("pk"))
        found = found.filter(changed | Q(updated_at__gte=since) | Q(location__updated_at__gte=since))
    return narrowed(found, asked).order_by("pk")


def organisations(asked: OrganisationListing) -> QuerySet[Organisation]:
    found = public_organisations()
    if asked.taxonomy_term_id or asked.taxonomy_id:
        # each term may be said by another of its services
        for term in asked.taxonomy_term_id:
            found = found.filter(_offers([term], None))
        if asked.taxonomy_id:
            found = found.filter(_offers([], asked.taxonomy_id))
    return _named(found, asked, "name", "profile__alternate_name").order_by("pk")


def taxonomies(asked: Listing) -> QuerySet[Taxonomy]:
    return _named(Taxonomy.objects.all(), asked, "name").order_by("pk")


def terms(asked: TermListing) -> QuerySet[Term]:
    found: QuerySet[Term] = Term.objects.all()
    if asked.taxonomy_id:
        found = found.filter(taxonomy_id=asked.taxonomy_id)
    if asked.parent_id:
        found = found.filter(parent_id=asked.parent_id)
    if asked.top_only:
        found = found.filter(parent=None)
    return _named(found, asked, "name").order_by("pk")


def _named(found: QuerySet[Row], asked: Listing, *fields: str) -> QuerySet[Row]:
    return found.filter(named(asked.search, *fields)) if asked.search else found


def _with_terms(found: QuerySet[Service], terms: list[UUID], taxonomy: UUID | None) -> QuerySet[Service]:
    said = ServiceTerm.objects.filter(service=OuterRef("pk"))
    for term in terms:
        found = found.filter(Exists(said.filter(term_id=term)))
    return found.filter(Exists(said.filter(term__taxonomy_id=taxonomy))) if taxonomy else found


def _offers(terms: list[UUID], taxonomy: UUID | None) -> Exists:
    return Exists(_with_terms(public_services().filter(organisation=OuterRef("pk")), terms, taxonomy))
