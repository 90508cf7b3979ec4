"""The operations and their description in OpenAPI 3.1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ninja import NinjaAPI, Schema
from ninja.openapi.schema import OpenAPISchema, get_schema

from kesher.api.describing import PAGE, PROBLEM, Json, answer_problems, answers, local
from kesher.api.insights import shapes, views

VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. ``shape``: what it answers with, ``many``: in pages; None: a document that is described elsewhere."""

    path: str
    view: Callable[..., Any]
    operation_id: str
    name: str
    shape: type[Schema] | None
    many: bool = False


ROUTES = (
    Route("/", views.about, "about", "about", shapes.About),
    Route("/indicators", views.indicators, "listIndicators", "indicators", shapes.IndicatorShape, many=True),
    Route("/indicators/{code}", views.indicator, "getIndicator", "indicator", shapes.IndicatorShape),
    Route("/places", views.places, "listPlaces", "places", shapes.PlaceShape, many=True),
    Route("/places/{id}", views.place, "getPlace", "place", shapes.PlaceShape),
    Route("/observations", views.observations, "listObservations", "observations", shapes.ObservationShape, many=True),
    Route("/datasets", views.datasets, "listDatasets", "datasets", shapes.DatasetShape, many=True),
    Route("/datasets/{id}", views.dataset, "getDataset", "dataset", shapes.DatasetShape),
    Route("/revisions", views.revisions, "listRevisions", "revisions", shapes.RevisionShape, many=True),
    Route("/catalogue.jsonld", views.catalogue_view, "getCatalogue", "catalogue", None),
)


class InsightsApi(NinjaAPI):
    """Published figures of places."""

    def __init__(self) -> None:
        super().__init__(
            title="Kesher: places in numbers",
            version=VERSION,
            description="Published figures of places, what each of them is, where they are from and how they were revised. "
            "Open to everybody, without a key. A figure that too few people stand behind has no value, here or elsewhere.",
            urls_namespace=views.NAMESPACE,
            docs_url=None,  # the description below is for tools; ninja's page for people needs inline scripts
            openapi_url="/openapi.json",
        )
        for route in ROUTES:
            self.get(route.path, operation_id=route.operation_id, url_name=route.name)(route.view)
        answer_problems(self)

    def get_openapi_schema(self, **extra: Any) -> OpenAPISchema:
        schema = get_schema(api=self, path_prefix="")
        schema["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema"
        schema["servers"] = [{"url": "/api/insights"}]
        schema["components"]["schemas"] = _shapes() | {"Page": PAGE, "Problem": PROBLEM}
        for route in ROUTES:
            schema["paths"][route.path]["get"]["responses"] = answers(_content(route))
        return schema


def _shapes() -> Json:
    """Every shape by its name, those inside them, too."""
    found: Json = {}
    for shape in {route.shape for route in ROUTES if route.shape is not None}:
        schema = shape.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        found |= schema.pop("$defs", {})
        found[shape.__name__] = schema
    return dict(sorted(found.items()))


def _content(route: Route) -> Json:
    if route.shape is None:
        return {"application/ld+json": {"schema": {"type": "object", "description": "DCAT-AP 3.0.1."}}}
    found = local(route.shape.__name__)
    if not route.many:
        return {"application/json": {"schema": found}}
    contents = {"type": "object", "properties": {"contents": {"type": "array", "items": found}}}
    content: Json = {"application/json": {"schema": {"allOf": [local("Page"), contents]}}}
    if route.name == "observations":
        content["application/x-ndjson"] = {"schema": {"type": "string", "description": "One figure to a line."}}
        content["text/csv"] = {"schema": {"type": "string", "description": "A header, then one figure to a line."}}
    return content


API = InsightsApi()
