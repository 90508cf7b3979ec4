"""The data sets as a catalogue for other catalogues: DCAT-AP 3.0.1 in JSON-LD, with its context in it.

    described(address)      # name of a route -> its address

Source: https://semiceu.github.io/DCAT-AP/releases/3.0.1/. What a source calls its licence is an address where it is one of
Creative Commons or Open Data Commons that we know by its name, else its words.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kesher.api.describing import Json
from kesher.api.insights import queries, shapes
from kesher.areas.models import Area
from kesher.base.models import Portal
from kesher.engine.indicators import registry
from kesher.insights.coverage import Covered, coverage
from kesher.insights.models import Dataset, Vintage

_EU: Final = "http://publications.europa.eu/resource/authority/"
CONTEXT: Final[Json] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: As the European Union's list of languages has them.
LANGUAGES: Final = {
    "en": "ENG",
    "he": "HEB",
    "ar": "ARA",
    "ru": "RUS",
    "uk": "UKR",
    "fr": "FRA",
    "am": "AMH",
    "es": "SPA",
    "ht": "HAT",
}
_CREATIVE = re.compile(r"\bCC[ -]?(BY(?:-NC)?(?:-SA|-ND)?)[ -]?([1-4]\.0)\b", re.IGNORECASE)
_NAMED: Final = {
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "odbl": "https://opendatacommons.org/licenses/odbl/1-0/",
    "odc-by": "https://opendatacommons.org/licenses/by/1-0/",
    "pddl": "https://opendatacommons.org/licenses/pddl/1-0/",
}
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
THEMES: Final = {"SOCI": "Population and society", "ECON": "Economy and finance"}

Address = Callable[[str], str]


def described(address: Address) -> Json:
    """The whole catalogue. A number of queries that does not depend on how many data sets there are."""
    found = list(queries.datasets())
    vintages, covered = queries.vintages_of(found), coverage()
    roots = {root for one in covered.values() for root in one.roots}
    countries = {one.path.rstrip("/"): one for one in Area.objects.filter(path__in=[f"{root}/" for root in roots])}
    written = [_dataset(one, vintages[one.pk], covered, countries, address) for one in found]
    portal = Portal.current()
    home = address("about")
    service: Json = {
        "@id": f"{home}#service",
        "@type": "dcat:DataService",
        "dct:title": _said("Places in numbers"),
        "dcat:endpointURL": _resource(home),
        "dcat:endpointDescription": _resource(address("openapi-json")),
        "dcat:servesDataset": [{"@id": one["@id"]} for one in written],
        "dct:accessRights": _public(),
    }
    catalogue: Json = {
        "@context": CONTEXT,
        "@id": address("catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": _said("Places in numbers"),
        "dct:description": _said("Where our numbers come from"),
        "dct:publisher": {"@id": f"{home}#publisher", "@type": "foaf:Agent", "foaf:name": _words(portal.name)},
        "dct:language": [
            {"@id": f"{_EU}language/{LANGUAGES[one]}", "@type": "dct:LinguisticSystem"}
            for one in settings.COMPLETE_LANGUAGES
            if one in LANGUAGES
        ],
        "dcat:themeTaxonomy": {
            "@id": f"{_EU}data-theme",
            "@type": "skos:ConceptScheme",
            "dct:title": {"@value": "Data theme", "@language": "en"},
        },
        "dcat:service": service,
        "dcat:dataset": written,
    }
    if portal.contact_email:
        contact = {"@id": f"{home}#contact"}
        for one in written:
            one["dcat:contactPoint"] = contact
        catalogue["dcat:contactPoint"] = contact | {
            "@type": "vcard:Kind",
            "vcard:fn": _words(portal.name),
            "vcard:hasEmail": {"@id": f"mailto:{portal.contact_email}"},
        }
    return catalogue


def _dataset(
    one: Dataset,
    vintages: list[Vintage],
    covered: Mapping[uuid.UUID, Covered],
    countries: Mapping[str, Area],
    address: Address,
) -> Json:
    """``vintages``: the latest first, at least one."""
    key, latest, home = f"{address('datasets')}/{one.pk}", vintages[0], address("about")
    about = covered.get(latest.pk)
    title = one.title or one.code
    found: Json = {
        "@id": key,
        "@type": "dcat:Dataset",
        "dct:identifier": one.code,
        "dct:title": title,
        "dct:description": _described(one, about),
        "dct:issued": _day(min(each.released for each in vintages)),
        "dct:modified": _day(latest.released),
        "dcat:version": latest.released.isoformat(),
        "dct:accessRights": _public(),
        "dcat:theme": [
            {
                "@id": f"{_EU}data-theme/{code}",
                "@type": "skos:Concept",
                "skos:prefLabel": {"@value": label, "@language": "en"},
                "skos:inScheme": {"@id": f"{_EU}data-theme"},
            }
            for code, label in THEMES.items()
        ],
        "dct:provenance": [_provenance(each) for each in latest.files],
        "dcat:distribution": [
            _distribution(one, form, key, title, address("observations"), f"{home}#service") for form in ("csv", "json")
        ],
    }
    if one.source:
        found["dct:publisher"] = {"@id": f"{key}#publisher", "@type": "foaf:Agent", "foaf:name": one.source}
    if _ADDRESS.fullmatch(one.url):
        found["dcat:landingPage"] = {"@id": one.url, "@type": "foaf:Document"}
    if about is not None:
        found["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(about.first),
            "dcat:endDate": _day(about.last),
        }
        found["dct:spatial"] = [
            {"@type": "dct:Location", "skos:prefLabel": _words(countries[root].name)}
            for root in about.roots
            if root in countries
        ]
    return {name: value for name, value in found.items() if value != []}


def _distribution(one: Dataset, form: str, key: str, title: str, observations: str, service: str) -> Json:
    address = f"{observations}?{urlencode({'dataset': one.code, 'format': form})}"
    kind = {"csv": "text/csv", "json": "application/json"}[form]
    found: Json = {
        "@id": f"{key}#{form}",
        "@type": "dcat:Distribution",
        "dct:title": f"{title} ({form.upper()})",
        "dcat:accessURL": _resource(address),
        "dcat:accessService": {"@id": service},
        "dct:format": {"@id": f"{_EU}file-type/{form.upper()}", "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {
            "@id": f"https://www.iana.org/assignments/media-types/{kind}",
            "@type": "dct:MediaType",
        },
    }
    if form == "csv":
        found["dcat:downloadURL"] = _resource(address)
    if one.licence:
        found["dct:license"] = licence(one.licence, key)
    return found


def licence(words: str, key: str) -> Json:
    """By its address where it is known, else by its words."""
    creative, lower = _CREATIVE.search(words), words.lower()
    named = next((address for name, address in _NAMED.items() if name in lower), None)
    given = _ADDRESS.search(words)
    if creative is not None:
        address = f"https://creativecommons.org/licenses/{creative[1].lower()}/{creative[2]}/"
    else:
        address = named or (given[0].rstrip(".,;)") if given else f"{key}#licence")
    found: Json = {"@id": address, "@type": "dct:LicenseDocument"}
    return found | ({} if creative or named else {"rdfs:label": words})


def _provenance(file: Mapping[str, object]) -> Json:
    """From which file, when, with which hash."""
    one = shapes.origin(file)
    said = [one["source"], one["url"], one["file"], one["sha256"] and f"SHA-256 {one['sha256']}", one["retrieved"]]
    return {"@type": "dct:ProvenanceStatement", "rdfs:label": ", ".join(text for text in said if text)}


def _described(one: Dataset, about: Covered | None) -> list[Json] | str:
    """Which figures are of it, in the languages that every page has."""
    codes = about.indicators if about is not None else ()
    if not codes:
        return one.title or one.code
    found = []
    for language in settings.COMPLETE_LANGUAGES:
        with translation.override(language):
            text = "; ".join(_(registry()[code].name) for code in codes)
        found.append({"@value": text, "@language": language})
    return found


def _said(text: str) -> list[Json]:
    """A text of the catalogues in the languages that every page has."""
    found = {}
    for language in settings.COMPLETE_LANGUAGES:
        with translation.override(language):
            found[language] = _(text)
    return _words(found)


def _words(texts: Mapping[str, str]) -> list[Json]:
    return [{"@value": text, "@language": language} for language, text in sorted(texts.items()) if text]


def _day(day: date) -> Json:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _resource(address: str) -> Json:
    """An address whose kind the shapes ask for, though everything is a resource."""
    return {"@id": address, "@type": "rdfs:Resource"}


def _public() -> Json:
    return {"@id": f"{_EU}access-right/PUBLIC", "@type": "dct:RightsStatement"}
