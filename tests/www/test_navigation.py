"""What stands in the navigation of whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import translation

from kesher.accounts.roles import Role
from kesher.www.navigation import MOST, navigation
from tests import factories as make

pytestmark = pytest.mark.django_db


def labels(*roles: str) -> list[str]:
    request = RequestFactory().get("/en/")
    request.user = AnonymousUser()
    if roles:
        member = make.MembershipFactory(role=roles[0])
        for role in roles[1:]:
            make.MembershipFactory(role=role, user=member.user, organisation=member.organisation)
        request.user = member.user
    with translation.override("en"):
        return [str(item["label"]) for item in navigation(request)]


def test_the_doors_are_for_those_who_come_for_themselves() -> None:
    assert labels()[:3] == ["For people", "For businesses", "All services"]
    assert labels(Role.EMPLOYER) == ["Our business", "For people", "For businesses", "All services"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CASEWORKER])
def test_who_works_here_has_rooms_instead(role: str) -> None:
    assert "For people" not in labels(role)
    assert "All services" in labels(role)


def test_who_answers_for_services_has_one_row_of_words_on_a_phone() -> None:
    assert labels(Role.PROVIDER) == ["My services", "Sent to us", "Calls"]


def test_there_is_never_more_than_a_row_of_words() -> None:
    assert (
        len(labels(*(role for role in Role.values if role != Role.AUDITOR))) <= MOST
    )  # who audits opens no files there
