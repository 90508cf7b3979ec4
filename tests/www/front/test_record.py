"""The record of processing: every table of people is in it, and every term it uses is one of the vocabulary."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.accounts.roles import Role
from kesher.base.privacy import LegalBasis, PersonalData, declaration, declared_models
from kesher.directory import legal
from kesher.www.declared import PURPOSES
from kesher.www.front.record import BASES, CONTEXT, record
from kesher.www.recipients import RECIPIENTS
from tests.factories import MembershipFactory, UserFactory
from tests.shared import shared

pytestmark = pytest.mark.django_db
DPV, GDPR = CONTEXT["dpv"], CONTEXT["eu-gdpr"]


def known(name: str) -> set[str]:
    return {one["@id"] for one in json.loads(shared(f"conformance/dpv-2.3/{name}.jsonld").read_text(encoding="utf-8"))}


def terms(value: Any) -> Iterator[str]:
    """Every name of the two vocabularies, as a key, a type or a thing pointed at."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "@context":
                continue
            yield key
            if key in ("@type", "@id"):
                yield from inner if isinstance(inner, list) else [inner]
            else:
                yield from terms(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from terms(inner)


def test_every_term_is_one_of_the_vocabulary() -> None:
    dpv, gdpr = known("dpv"), known("eu-gdpr")
    used = set(terms(record()))
    ours = {term for term in used if term.startswith(("dpv:", "eu-gdpr:"))}
    assert len(ours) > 20
    for term in ours:
        prefix, name = term.split(":", 1)
        assert (DPV + name in dpv) if prefix == "dpv" else (GDPR + name in gdpr), term
    prefixes = {term.split(":", 1)[0] for term in used if not term.startswith(("@", "http"))}
    assert prefixes <= set(CONTEXT)


def test_every_table_of_people_is_in_it_with_all_an_article_30_record_says() -> None:
    graph = record()["@graph"]
    processes = {one["dct:title"]: one for one in graph if one["@type"] == "dpv:Process"}
    declared = {model._meta.label: declaration(model) for model in declared_models()}
    personal = {label: one for label, one in declared.items() if isinstance(one, PersonalData)}
    assert set(processes) == set(personal)
    for label, one in personal.items():
        process = processes[label]
        assert process["dpv:hasPurpose"]["dct:description"] == one.purpose
        assert {said["dct:title"] for said in process["dpv:hasPersonalData"]} == set(one.fields)
        purposes = {said["dct:title"]: said.get("dpv:hasPurpose", []) for said in process["dpv:hasPersonalData"]}
        for name, uses in one.uses.items():
            assert [found["dct:description"] for found in purposes[name]] == [str(use) for use in uses], (label, name)
        for needed in ("hasLegalBasis", "hasRecipient", "hasStorageCondition", "hasDataController", "hasRight"):
            assert process[f"dpv:{needed}"], (label, needed)
    assert set(BASES) == set(LegalBasis)


def test_every_group_of_the_page_says_who_gets_it() -> None:
    with translation.override("en"):
        assert {str(heading) for heading in PURPOSES} == set(RECIPIENTS)


@pytest.mark.parametrize("language", ["en", "he", "ar", "ru", "uk", "fr", "am"])
def test_the_page_says_all_a_notice_must(client: Client, language: str) -> None:
    """Section 11 of Israel's law and article 13 of the GDPR: choice, consequence, purpose, recipients, rights, whom to ask."""
    chief = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    for kind in ("legal", "privacy"):
        legal.appoint(kind=kind, user=UserFactory(), name=f"Dana {kind}", contact="08-999-0001", by=chief.as_actor())
    with translation.override(language):
        page = client.get(reverse("privacy")).content.decode()
        complain, data = reverse("complain"), reverse("privacy_record")
        for heading in PURPOSES:
            assert str(heading) in page
    for needed in ('id="yours"', 'id="whom"', 'id="kept"', "Dana legal", "Dana privacy", complain, data):
        assert needed in page


def test_it_is_open_data_and_names_no_person_but_the_officer(client: Client) -> None:
    with translation.override("en"):
        response = client.get(reverse("privacy_record"))
    assert response["Content-Type"] == "application/ld+json"
    assert json.loads(response.content)["@context"] == CONTEXT
