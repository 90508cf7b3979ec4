"""The tables of the directory, named as HSDS 3.1.1 names them (https://docs.openreferral.org/)."""

from kesher.directory.models.agreements import AGREEMENT_KEEPERS, PartnerAgreement
from kesher.directory.models.breaches import Breach, BreachNote, ImpactAssessment
from kesher.directory.models.call_backs import CALLERS, CallBack
from kesher.directory.models.details import (
    Accessibility,
    Address,
    Capacity,
    Contact,
    Cost,
    Funding,
    Link,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceLanguage,
    ServiceTerm,
)
from kesher.directory.models.duplicates import DuplicateCandidate, ExternalAlias, Kind, Merge
from kesher.directory.models.legal import LegalDecision, LegalDemand, LegalNotice, NamedOfficer
from kesher.directory.models.places import Location, ServiceAtLocation
from kesher.directory.models.reports import MistakeReport
from kesher.directory.models.rules import RULE_KEEPERS, EligibilityRule, RuleVersion, ServiceRule
from kesher.directory.models.search import (
    SearchChange,
    SearchDocument,
    SearchPhrase,
    SearchPlace,
    SearchText,
    SearchWord,
    ServiceChange,
)
from kesher.directory.models.services import OrganisationProfile, Programme, Service, ServiceQuerySet
from kesher.directory.models.sources import Dataset, ImportRun, Sourced
from kesher.directory.models.taxonomies import Taxonomy, Term
from kesher.directory.models.unfinished import UnfinishedEdit
from kesher.directory.models.uploads import LOADERS, Upload

__all__ = [
    "AGREEMENT_KEEPERS",
    "CALLERS",
    "LOADERS",
    "RULE_KEEPERS",
    "Accessibility",
    "Address",
    "Breach",
    "BreachNote",
    "CallBack",
    "Capacity",
    "Contact",
    "Cost",
    "Dataset",
    "DuplicateCandidate",
    "EligibilityRule",
    "ExternalAlias",
    "Funding",
    "ImpactAssessment",
    "ImportRun",
    "Kind",
    "LegalDecision",
    "LegalDemand",
    "LegalNotice",
    "Link",
    "Location",
    "Merge",
    "MistakeReport",
    "NamedOfficer",
    "OrganisationProfile",
    "PartnerAgreement",
    "Phone",
    "Programme",
    "RequiredDocument",
    "RuleVersion",
    "Schedule",
    "SearchChange",
    "SearchDocument",
    "SearchPhrase",
    "SearchPlace",
    "SearchText",
    "SearchWord",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceChange",
    "ServiceLanguage",
    "ServiceQuerySet",
    "ServiceRule",
    "ServiceTerm",
    "Sourced",
    "Taxonomy",
    "Term",
    "UnfinishedEdit",
    "Upload",
]
