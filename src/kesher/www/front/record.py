"""The record of processing activities (GDPR article 30) as JSON-LD, in the terms of the W3C's Data Privacy Vocabulary 2.3
(https://w3id.org/dpv) and its extension for the GDPR (https://w3id.org/dpv/legal/eu/gdpr).

Written from the declarations the models carry, as the page is: it cannot fall behind them.
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from kesher.base.encrypted import EncryptedTextField
from kesher.base.models import Portal
from kesher.base.privacy import LegalBasis, PersonalData, Retention, declaration, declared_models
from kesher.base.translated import in_language
from kesher.directory.models import NamedOfficer
from kesher.www.declared import PURPOSES
from kesher.www.recipients import recipients_of

CONTEXT: Final = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
BASES: Final = {
    LegalBasis.CONSENT: "eu-gdpr:A6-1-a",
    LegalBasis.CONTRACT: "eu-gdpr:A6-1-b",
    LegalBasis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
    LegalBasis.PUBLIC_TASK: "eu-gdpr:A6-1-e",
    LegalBasis.LEGITIMATE_INTEREST: "eu-gdpr:A6-1-f",
}
#: Of the person, whatever the basis: information, access, correction, erasure, restriction. Others depend on the basis.
RIGHTS: Final = tuple(f"eu-gdpr:A{article}" for article in (13, 15, 16, 17, 18))
WITH_CONSENT: Final = ("eu-gdpr:A7-3", "eu-gdpr:A20")
WITHOUT: Final = ("eu-gdpr:A21",)


def record() -> dict[str, Any]:
    """One process for each table that says something about living people, and who answers for them."""
    portal = Portal.current()
    base = f"{settings.PUBLIC_URL}/privacy/record.jsonld"
    controller: dict[str, Any] = {
        "@id": f"{base}#controller",
        "@type": ["dpv:DataController", "dpv:Organisation"],
        "dct:title": in_language(portal.name, "en").text,
    }
    privacy = NamedOfficer.objects.in_force().filter(kind=NamedOfficer.Kind.PRIVACY).first()
    if privacy is not None:
        controller["dpv:hasDataProtectionOfficer"] = {
            "@type": "dpv:DataProtectionOfficer",
            "dct:title": privacy.name,
            "dct:description": privacy.contact,
        }
    with translation.override("en"):
        recipients = {
            purpose: str(recipients_of(heading)) for heading, purposes in PURPOSES.items() for purpose in purposes
        }
    processes = [
        _process(model, declared, base, recipients)
        for model in sorted(declared_models(), key=lambda one: one._meta.label)
        if isinstance(declared := declaration(model), PersonalData)
    ]
    whole = {
        "@id": base,
        "@type": "dpv:ROPA",
        "dct:title": "Record of processing activities",
        "dct:hasPart": [{"@id": one["@id"]} for one in processes],
    }
    return {"@context": CONTEXT, "@graph": [whole, controller, *processes]}


def _process(
    model: type[models.Model], declared: PersonalData, base: str, recipients: dict[str, str]
) -> dict[str, Any]:
    consent = declared.legal_basis is LegalBasis.CONSENT
    encrypted = any(isinstance(field, EncryptedTextField) for field in model._meta.concrete_fields)
    return {
        "@id": f"{base}#{model._meta.label}",
        "@type": "dpv:Process",
        "dct:title": str(model._meta.label),
        "dpv:hasPurpose": {"@type": "dpv:ServiceProvision", "dct:description": declared.purpose},
        "dpv:hasProcessing": [{"@id": f"dpv:{verb}"} for verb in ("Collect", "Store", "Use", "Erase")],
        "dpv:hasLegalBasis": {"@id": BASES[declared.legal_basis]},
        "dpv:hasDataSubject": {"@id": "dpv:DataSubject"},
        "dpv:hasDataController": {"@id": f"{base}#controller"},
        "dpv:hasRecipient": {"@type": "dpv:Recipient", "dct:description": recipients[declared.purpose]},
        "dpv:hasPersonalData": [
            {"@type": "dpv:PersonalData", "dct:title": name, "dct:description": what} | _used(declared, name)
            for name, what in declared.fields.items()
        ],
        "dpv:hasStorageCondition": _kept(declared),
        "dpv:hasTechnicalOrganisationalMeasure": [
            {"@id": f"dpv:{measure}"}
            for measure in ("AccessControlMethod", *(("EncryptionAtRest",) if encrypted else ()))
        ],
        "dpv:hasRight": [{"@id": right} for right in (*RIGHTS, *(WITH_CONSENT if consent else WITHOUT))],
    }


def _used(declared: PersonalData, name: str) -> dict[str, Any]:
    """What one field of a person's file is for; elsewhere the table's purpose is that of each field."""
    uses = declared.uses.get(name, ())
    found = [{"@type": "dpv:Purpose", "dct:title": use.name, "dct:description": str(use)} for use in uses]
    return {"dpv:hasPurpose": found} if found else {}


def _kept(declared: PersonalData) -> dict[str, Any]:
    keeps = declared.retention
    if isinstance(keeps, Retention):
        said = {"@type": "dpv:TemporalDuration", "dct:extent": {"@type": "xsd:duration", "@value": _iso(keeps.keep)}}
        return {"@type": "dpv:StorageDuration", "dpv:hasDuration": said, "dct:description": f"after {keeps.after}"}
    until = {"@type": "dpv:UntilEventDuration", "dct:description": keeps.reason}
    return {"@type": "dpv:StorageDuration", "dpv:hasDuration": until}


def _iso(span: timedelta) -> str:
    """A duration as XML Schema writes it: P730D."""
    return f"P{span.days}D"


@require_safe
def privacy_record(request: HttpRequest) -> JsonResponse:
    """For whoever inspects it, and for programs."""
    response = JsonResponse(record(), content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="processing.jsonld"'
    return response
