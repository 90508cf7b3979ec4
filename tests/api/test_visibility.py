"""Whoever asks, and whatever they may see elsewhere: the API holds what everybody may see, and nothing else."""

from typing import Any

import pytest
from django.test import Client

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.api.hsds.openapi import APIS
from kesher.directory.models import Service
from tests import factories as make
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db

HIDDEN = "unsayable"


def hidden_things() -> dict[str, list[Any]]:
    """Everything that must not be seen, each with a name that gives it away."""
    name = {"en": HIDDEN}
    pending = make.OrganisationFactory(name=name)
    suspended = make.OrganisationFactory(name=name, suspended=True, with_page=True, with_phone=True)
    refused = make.OrganisationFactory(name=name, state=Organisation.State.REFUSED)
    approved = make.OrganisationFactory(approved=True, with_page=True, parent=pending)
    drafts = [
        make.ServiceFactory(name=name, organisation=approved, state=s) for s in ("draft", "suspended", "archived")
    ]
    theirs = [
        make.ServiceFactory(name=name, published=True, organisation=body) for body in (pending, suspended, refused)
    ]
    services = drafts + theirs
    place = make.LocationFactory(name=name, organisation=approved)
    sites = [make.ServiceAtLocationFactory(service=service, location=place) for service in services]
    for service in services:
        service.programme = make.ProgrammeFactory(name=name, organisation=approved)
        service.save()
    # published, but with a programme and a place of a body that is not approved
    programme = make.ProgrammeFactory(name=name, organisation=pending)
    half = make.ServiceFactory(published=True, organisation=approved, programme=programme)
    make.ServiceAtLocationFactory(service=half, location__organisation=suspended)
    employer = make.OrganisationFactory(name=name, approved=True)  # has an account, and no place in a directory
    return {
        "services": services,
        "service_at_locations": sites,
        "organizations": [pending, suspended, refused, employer],
    }


@pytest.fixture(params=[None, *Role], ids=lambda role: role or "public")
def visitor(request: pytest.FixtureRequest, db: None) -> Client:
    """Somebody with this role in an organisation that has hidden things itself; everybody gets the same."""
    client = Client()
    if request.param:
        membership = make.MembershipFactory(role=request.param, organisation__approved=True)
        make.ServiceFactory(name={"en": HIDDEN}, organisation=membership.organisation)
        client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_hidden_things_are_in_no_list_and_at_no_address(visitor: Client) -> None:
    hidden = hidden_things()
    for version, api in APIS.items():
        base = f"/api/hsds/{version.value}"
        paths = [route.path for route in api.routes if route.many]
        assert {path.strip("/") for path in paths} == {*hidden, "taxonomies", "taxonomy_terms"}
        for path in paths:
            for asked in ("?full=true", "?minimal=true", "?full_service=true", f"?search={HIDDEN}"):
                response = visitor.get(f"{base}{path}{asked}")
                assert response.status_code == 200
                assert HIDDEN not in response.content.decode(), (path, asked)
            lines = b"".join(visitor.get(f"{base}{path}?full=true&format=ndjson").streaming_content)
            assert HIDDEN not in lines.decode()
        for kind, things in hidden.items():
            every = visitor.get(f"{base}/{kind}?full=true&per_page=200").content.decode()
            for thing in things:
                assert visitor.get(f"{base}/{kind}/{thing.pk}").status_code == 404, (kind, thing)
                assert str(thing.pk) not in every, (kind, thing)


def test_ids_of_hidden_bodies_are_not_given_away(api: Api) -> None:
    hidden = hidden_things()
    everything = "".join(
        api.get(f"/{kind}", full="true").content.decode()
        for kind in ("services", "service_at_locations", "organizations")
    )
    for body in hidden["organizations"]:
        assert str(body.pk) not in everything


def test_what_is_withdrawn_is_gone_at_once(each_api: Api) -> None:
    service = make.ServiceFactory(published=True)
    assert each_api.get(f"/services/{service.pk}").status_code == 200
    service.state = Service.State.SUSPENDED
    service.save()
    assert each_api.get(f"/services/{service.pk}").status_code == 404


def test_a_place_without_a_public_service_is_shown_only_when_it_hides_none(api: Api) -> None:
    body = make.OrganisationFactory(approved=True, with_page=True)
    empty = make.LocationFactory(organisation=body)
    secret = make.LocationFactory(organisation=body)
    make.ServiceAtLocationFactory(service=make.ServiceFactory(organisation=body), location=secret)
    found = api.json(f"/organizations/{body.pk}")
    assert [place["id"] for place in found["locations"]] == [str(empty.pk)]
