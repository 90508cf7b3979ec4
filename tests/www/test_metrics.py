import pytest
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def test_the_machine_itself_reads_routes_and_the_state_of_the_house(client: Client) -> None:
    client.get("/en/services/01a20124-400f-7005-a432-b094bb7ce4e4/")
    text = client.get("/metrics").content.decode()
    assert 'kesher_requests_total{method="GET",route="service",status="404"}' in text
    assert "01a20124" not in text  # routes, never paths
    assert 'kesher_workers{of="alive"} 0.0' in text
    assert "kesher_database_bytes" in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP"])
def test_whoever_comes_through_the_proxy_is_a_stranger(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "203.0.113.7"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404


def test_with_a_token_only_the_token_opens(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a secret of the town"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer a secret of the town"}).status_code == 200
