"""The two mounts of the API, and their descriptions in OpenAPI 3.1.

The operations, their names and their paths are the standard's. The objects they answer with are described by the
standard's own schemas, by reference to where Open Referral publishes them, as in the standard's own description.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema, get_schema

from kesher.api.describing import PAGE, PROBLEM, Json, answer_problems, answers, local
from kesher.api.hsds import views
from kesher.api.hsds.versions import Version


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

_URI = {"type": "string", "format": "uri"}
_OWN_SCHEMAS: Json = {
    "Page": PAGE,
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
    "Problem": PROBLEM,
}


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
        answer_problems(self)

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
    found = local(route.answers)
    kind = "application/merge-patch+json" if route.answers == "MergePatch" else "application/json"
    content: Json = {kind: {"schema": found}}
    if route.many:
        items = {"anyOf": [found, local("Minimal")]} if route.name == "services" else found
        contents = {"type": "object", "properties": {"contents": {"type": "array", "items": items}}}
        content[kind] = {"schema": {"allOf": [local("Page"), contents]}}
        content["application/x-ndjson"] = {"schema": {"type": "string", "description": "One object to a line."}}
    answered: Json = answers(content)
    if route.name in ("service", "service_at_location", "organization"):
        location = {"Location": {"description": "The one it was merged into.", "schema": {"type": "string"}}}
        answered["301"] = {"description": "It was merged into another.", "headers": location}
    return answered


APIS = {version: HsdsApi(version) for version in Version}
