"""Our catalogue of data sets against the shapes of DCAT-AP 3.0.1."""

import json
from typing import Any

import pytest
from django.test import Client
from pyshacl import validate
from rdflib import Graph, Literal, Namespace
from rdflib.namespace import DCAT, DCTERMS, RDF

from kesher.api.insights.catalogue import licence
from kesher.base.history import System, acting
from kesher.base.models import Portal
from tests.api.insights.conftest import Land, land
from tests.shared import shared

__all__ = ["land"]  # the fixture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.conformance,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib of itself
]

SHACL = Namespace("http://www.w3.org/ns/shacl#")
#: The shapes of 3.0.1, whose two files refer to one another; and, of the folder of the specification, what must hold and of
#: what kind things are. The rest of that folder imports vocabularies from the network.
WHOLE = ("shacl/dcat-ap-SHACL.ttl", "shacl/ranges.ttl")
SHAPES = (WHOLE, ("html/shacl/shapes.ttl",), ("html/shacl/range.ttl",))
RECOMMENDED = "html/shacl/shapes_recommended.ttl"


def shapes(*names: str) -> Graph:
    found = Graph()
    for name in names:
        found.parse(shared(f"conformance/dcat-ap-3.0.1/{name}"), format="turtle")
    for one in _without_path(found):  # named, and written down in none of the files: nothing can be held against it
        found.remove((None, SHACL.property, one))
    return found


def _without_path(found: Graph) -> list[Any]:
    return [one for one in set(found.objects(None, SHACL.property)) if (one, SHACL.path, None) not in found]


def graph(document: Any) -> Graph:
    return Graph().parse(data=json.dumps(document), format="json-ld")


def faults(document: Any, *names: str) -> list[str]:
    """What a catalogue has wrong: of which shape, where."""
    _fine, results, _text = validate(
        graph(document), shacl_graph=shapes(*names), advanced=False, do_owl_imports=False, meta_shacl=False
    )
    return [
        " ".join(str(results.value(one, name)) for name in (SHACL.focusNode, SHACL.resultPath, SHACL.resultMessage))
        for one in results.subjects(RDF.type, SHACL.ValidationResult)
    ]


@pytest.fixture
def catalogue(client: Client, land: Land) -> Any:
    with acting(actor=System("tests"), reason="portal"):
        portal = Portal.current()
        portal.contact_email = "table@town.example.org"
        portal.save()
    response = client.get("/api/insights/catalogue.jsonld")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/ld+json"
    return json.loads(response.content)


@pytest.mark.parametrize("names", SHAPES, ids=" ".join)
def test_the_catalogue_is_as_the_shapes_have_it(catalogue: Any, names: tuple[str, ...]) -> None:
    assert faults(catalogue, *names) == []


def test_of_a_data_set_all_that_is_recommended_is_said_but_keywords(catalogue: Any) -> None:
    work = catalogue["dcat:dataset"][0]["@id"]
    missing = {one.split()[1] for one in faults(catalogue, RECOMMENDED) if one.startswith(f"{work} ")}
    assert missing <= {str(DCAT.keyword)}


@pytest.mark.parametrize(
    ("kind", "part", "taken"),
    [
        ("dcat:Catalog", None, "dct:title"),
        ("dcat:Catalog", None, "dct:publisher"),
        ("dcat:Dataset", "dcat:dataset", "dct:title"),
        ("dcat:Dataset", "dcat:dataset", "dct:description"),
        ("dcat:Distribution", "dcat:distribution", "dcat:accessURL"),
        ("dcat:DataService", "dcat:service", "dcat:endpointURL"),
    ],
)
def test_what_the_shapes_ask_for_is_missed_where_it_is_taken_away(
    catalogue: Any, kind: str, part: str | None, taken: str
) -> None:
    found = catalogue if part is None else _within(catalogue, part)
    assert found["@type"] == kind
    del found[taken]
    assert faults(catalogue, *WHOLE) != []


def _within(catalogue: Any, part: str) -> Any:
    if part == "dcat:service":
        return catalogue[part]
    return catalogue["dcat:dataset"][0] if part == "dcat:dataset" else catalogue["dcat:dataset"][0][part][0]


def test_it_says_of_each_data_set_what_is_known(catalogue: Any, land: Land) -> None:
    found = graph(catalogue)
    (work,) = found.subjects(DCTERMS.identifier, Literal("LAND:WORK(1.0)"))
    assert len(list(found.subjects(RDF.type, DCAT.Dataset))) == 2  # not the one without a vintage
    assert str(found.value(work, DCTERMS.issued)) == "2026-01-01"
    assert str(found.value(work, DCTERMS.modified)) == "2026-02-01"
    when = found.value(work, DCTERMS.temporal)
    assert (str(found.value(when, DCAT.startDate)), str(found.value(when, DCAT.endDate))) == (
        "2024-01-01",
        "2025-12-31",
    )
    assert {one.language for one in found.objects(work, DCTERMS.description)} >= {"en", "he", "ar"}
    assert "work.csv" in str(catalogue["dcat:dataset"][0]["dct:provenance"])
    assert "/home/" not in json.dumps(catalogue)


def test_its_addresses_answer(catalogue: Any, client: Client) -> None:
    for one in catalogue["dcat:dataset"]:
        assert client.get(one["@id"]).status_code == 200
        for distribution in one["dcat:distribution"]:
            assert client.get(distribution["dcat:accessURL"]["@id"]).status_code == 200
    assert client.get(catalogue["dcat:service"]["dcat:endpointURL"]["@id"]).status_code == 200


@pytest.mark.parametrize(
    ("words", "address", "label"),
    [
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", None),
        ("Creative Commons (cc-by-sa 3.0)", "https://creativecommons.org/licenses/by-sa/3.0/", None),
        ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", None),
        (
            "see https://office.example.org/terms.",
            "https://office.example.org/terms",
            "see https://office.example.org/terms.",
        ),
        ("as the office likes", "https://x.example.org/d#licence", "as the office likes"),
        ('"><script> https://a b', "https://a", '"><script> https://a b'),
    ],
)
def test_a_licence_is_an_address_where_it_is_known(words: str, address: str, label: str | None) -> None:
    found = licence(words, "https://x.example.org/d")
    assert (found["@id"], found.get("rdfs:label")) == (address, label)


def test_the_shapes_are_whole() -> None:
    """Few are named that are not there; else a catalogue would pass because nothing is held against it."""
    for names, least in ((WHOLE, 290), (SHAPES[1], 100), (SHAPES[2], 50)):
        assert len(set(shapes(*names).objects(None, SHACL.property))) >= least, names
