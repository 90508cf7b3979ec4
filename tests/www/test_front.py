import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_first_page_says_its_language_and_direction(client: Client, language: str) -> None:
    page = client.get(f"/{language}/").content.decode()
    assert f'lang="{language}"' in page
    assert ('dir="rtl"' in page.split(">", 2)[1]) == (language in ("he", "ar"))


@pytest.mark.parametrize(
    ("asked", "sent"), [("ar;q=0.9,en;q=0.1", "/ar/"), ("uk", "/uk/"), ("xx", "/en/"), ("", "/en/")]
)
def test_root_sends_to_the_visitors_language(client: Client, asked: str, sent: str) -> None:
    response = client.get("/", headers={"accept-language": asked})
    assert response.status_code == 302
    assert response["Location"] == sent
