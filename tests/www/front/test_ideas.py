"""The page about the ideas: what is said of today is there, and what is to come is said to be to come."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from kesher.www.front.ideas import IDEAS

pytestmark = pytest.mark.django_db
#: The pages on which what is to come will be seen. Once there is one of these, its idea is here today: say so on the page.
TO_COME = ("convening_table", "area_profile", "settling", "evidence")


def test_what_is_here_today_has_a_page_that_opens_and_what_is_not_has_none(client: Client) -> None:
    page = client.get("/en/about/").content.decode()
    today, coming = page.split('id="today"')[1].split('id="coming"')
    with translation.override("en"):
        for idea in IDEAS:
            part, other = (today, coming) if idea.today else (coming, today)
            assert f"{idea.heading}" in part
            assert f"{idea.heading}" not in other
            assert bool(idea.today) is bool(idea.room)
            assert idea.today or idea.coming
            if idea.room:
                assert f'href="{idea.url}"' in part
                opened = client.get(idea.url)
                assert opened.status_code == (302 if idea.for_staff or idea.for_people else 200)
                assert opened.status_code == 200 or opened["Location"].startswith(reverse("account_login"))
    assert "See it" not in coming


@pytest.mark.parametrize("room", TO_COME)
def test_nothing_that_is_built_is_announced(room: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(room)
