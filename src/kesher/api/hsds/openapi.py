"""The two mounts of the API, and their descriptions in OpenAPI 3.1.

The operations, their names and their paths are the standard's. The objects they answer with are described by the
standard's own schemas, by reference to where Open Referral publishes them, as in the standard's own description.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema

from kesher.api.hsds import views
from kesher.api.hsds.versions import Version
from kesher.api.problems import CONTENT_TYPE, problem

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. ``answers`` names the schema of what it answers with, ``many`` whether in pages."""

    path: str
    view: Callable[..., Any]
    operation_id: str
    name: str
    answers: str
    many: bool = False
    profile_only: bool = False


ROUTES = (
    Route("/", views.about, "getAPIMetaInformation", "about", "About"),
    Route("/services", views.services, "getPaginatedListOfServices", "services", "service", many=True),
    Route("/services/{id}", views.service, "getFullyNestedServiceById", "service", "service"),
    Route(
        "/organizations", views.organizations, "getPaginatedListOfOrganizations", "organizations", "organization", True
    ),
    Route("/organizations/{id}", views.organization, "getOrganizationById", "organization", "organization"),
    Route(
        "/service_at_locations",
        views.service_at_locations,
        "getPaginatedListOfServiceAtLocation",
        "service_at_locations",
        "service_at_location",
        many=True,
    ),
    Route(
        "/service_at_locations/{id}",
        views.service_at_location,
        "getServiceAtLocationWithNestedDataById",
        "service_at_location",
        "service_at_location",
    ),
    Route("/taxonomies", views.taxonomies, "getPaginatedListOfTaxonomies", "taxonomies", "taxonomy", many=True),
    Route("/taxonomies/{id}", views.taxonomy, "getTaxonomyById", "taxonomy", "taxonomy"),
    # The standard's own description has these two names the wrong way round.
    Route(
        "/taxonomy_terms",
        views.taxonomy_terms,
        "getPaginatedListOfTaxonomyTerms",
        "taxonomy_terms",
        "taxonomy_term",
        many=True,
    ),
    Route("/taxonomy_terms/{id}", views.taxonomy_term, "getTaxonomyTermById", "taxonomy_term", "taxonomy_term"),
    Route("/profile/", views.profile, "getProfile", "profile", "Profile", profile_only=True),
    Route("/profile/{name}", views.profile_patch, "getProfilePatch", "profile_patch", "MergePatch", profile_only=True),
)

_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "A parameter is not as described here.",
    HTTPStatus.NOT_FOUND: "There is nothing public at this address.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests from this address; Retry-After says how long to wait.",
}

_INTEGER = {"type": "integer", "minimum": 0}
_URI = {"type": "string", "format": "uri"}
_OWN_SCHEMAS: Json = {
    "Page": {
        "type": "object",
        "required": [
            "total_items",
            "total_pages",
            "page_number",
            "size",
            "first_page",
            "last_page",
            "empty",
            "contents",
        ],
        "properties": {
            "total_items": _INTEGER | {"description": "Objects found, in all pages."},
            "total_pages": _INTEGER | {"description": "Pages; 0 when nothing was found."},
            "page_number": _INTEGER | {"description": "This page, counted from 1."},
            "size": _INTEGER | {"description": "Objects in this page."},
            "first_page": {"type": "boolean"},
            "last_page": {"type": "boolean", "description": "Whether no page follows."},
            "empty": {"type": "boolean", "description": "Whether this page holds nothing."},
        },
    },
    "About": {
        "type": "object",
        "required": ["version", "openapi_url"],
        "properties": {
            "version": {"type": "string", "description": "Version of HSDS."},
            "profile": _URI | {"description": "The profile of HSDS in use."},
            "openapi_url": _URI | {"description": "This description."},
            "data": {"const": "demo", "description": "There when everything in this directory is invented."},
        },
    },
    "Minimal": {
        "type": "object",
        "required": ["id", "last_modified"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "last_modified": {"type": "string", "format": "date-time"},
        },
    },
    "Profile": {
        "type": "object",
        "required": ["title", "hsds_version", "schemas", "merge_patches"],
        "properties": {
            "title": {"type": "string"},
            "description": {"type": "string"},
            "hsds_version": {"type": "string"},
            "schemas": _URI,
            "merge_patches": {"type": "object", "additionalProperties": _URI},
        },
    },
    "MergePatch": {"type": "object", "description": "A JSON merge patch (RFC 7386) on a schema of HSDS."},
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["parameter", "detail"],
                    "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
                },
            },
        },
    },
}


def _local(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


class HsdsApi(NinjaAPI):
    """The operations of one version."""

    def __init__(self, version: Version) -> None:
        super().__init__(
            title=f"Kesher: directory of services (HSDS {version.value})",
            version=version.value,
            description="The services of the town and its partners, with the organisations that offer them, as Open "
            "Referral's Human Services Data Specification. Open to everybody, without a key.",
            urls_namespace=version.namespace,
            docs_url=None,  # the description below is for tools; ninja's page for people needs inline scripts
            openapi_url="/openapi.json",
        )
        self.hsds = version
        self.routes = [route for route in ROUTES if version.has_profile or not route.profile_only]
        for route in self.routes:
            self.get(route.path, operation_id=route.operation_id, url_name=route.name)(route.view)
        self.add_exception_handler(Http404, _not_found)
        self.add_exception_handler(HttpError, _refused)
        self.add_exception_handler(ValidationError, _not_as_described)

    def get_openapi_schema(self, **extra: Any) -> OpenAPISchema:
        """The description, with the standard's paths: those under the server's address, not ours."""
        schema = get_schema(api=self, path_prefix="")
        schema["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema"
        schema["servers"] = [{"url": f"/api/hsds/{self.hsds.value}"}]
        objects = sorted({route.answers for route in self.routes} - _OWN_SCHEMAS.keys())
        schema["components"]["schemas"] = _OWN_SCHEMAS | {
            name: {"$ref": f"{self.hsds.schemas}{name}.json"} for name in objects
        }
        for route in self.routes:
            schema["paths"][route.path]["get"]["responses"] = _responses(route)
        return schema


def _responses(route: Route) -> Json:
    found = _local(route.answers)
    kind = "application/merge-patch+json" if route.answers == "MergePatch" else "application/json"
    content: Json = {kind: {"schema": found}}
    if route.many:
        items = {"anyOf": [found, _local("Minimal")]} if route.name == "services" else found
        contents = {"type": "object", "properties": {"contents": {"type": "array", "items": items}}}
        content[kind] = {"schema": {"allOf": [_local("Page"), contents]}}
        content["application/x-ndjson"] = {"schema": {"type": "string", "description": "One object to a line."}}
    headers = {"Content-Language": {"description": "The language asked for.", "schema": {"type": "string"}}}
    answers: Json = {"200": {"description": "OK", "headers": headers, "content": content}}
    if route.name in ("service", "service_at_location", "organization"):
        location = {"Location": {"description": "The one it was merged into.", "schema": {"type": "string"}}}
        answers["301"] = {"description": "It was merged into another.", "headers": location}
    for status, description in _PROBLEMS.items():
        answers[str(int(status))] = {
            "description": description,
            "content": {CONTENT_TYPE: {"schema": _local("Problem")}},
        }
    return answers


# --- errors ----------------------------------------------------------------------------------------------------------


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, str(error) or "There is nothing public at this address.")


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus(error.status_code), error.message)


def _not_as_described(request: HttpRequest, error: Any) -> HttpResponse:
    """400, as the standard has it."""
    wrong = [
        {
            "parameter": str(fault["loc"][-1] if isinstance(fault["loc"][-1], str) else fault["loc"][-2]),
            "detail": _said(fault),
        }
        for fault in error.errors
    ]
    names = ", ".join(sorted({fault["parameter"] for fault in wrong}))
    return problem(HTTPStatus.BAD_REQUEST, f"Not as described: {names}.", errors=wrong)


def _said(fault: Json) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")


APIS = {version: HsdsApi(version) for version in Version}
