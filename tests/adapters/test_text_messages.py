"""The gateway for text messages, against a real HTTP server on this machine that answers as gateways do, well and badly."""

import json
import logging
import socket
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from kesher.adapters.text_messages import LONGEST, HttpGateway, NotSent, Numbers, Unsure
from tests.text_gateway import Gateway, gateway

NUMBER, TEXT = "+972505550123", "קורס עברית & more=1\nhttps://work.example.org/he/"


@pytest.fixture
def server() -> Iterator[Gateway]:
    with gateway() as running:
        yield running


def test_a_form_as_most_gateways_take_it(server: Gateway) -> None:
    plug = HttpGateway(f"http://town:s%3Acret@{server.address}/send?v=2", body="To={number}&Body={text}&From=Town")
    plug.send(NUMBER, TEXT)
    ((path, headers, body),) = server.got
    assert path == "/send?v=2"
    assert parse_qs(body.decode()) == {"To": [NUMBER], "Body": [TEXT], "From": ["Town"]}, "the text adds no field"
    assert headers["authorization"] == "Basic dG93bjpzOmNyZXQ="
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")


def test_a_json_document_with_the_places_filled_in(server: Gateway) -> None:
    body = '{"data": {"message": "{text}", "recipients": [{"phone": "{digits}"}], "braces": "{}", "n": 1}}'
    text = '"}, {number} \\'
    HttpGateway(f"http://{server.address}/api", body=body, header="Authorization: Bearer k:ey").send(NUMBER, text)
    ((_path, headers, sent),) = server.got
    assert json.loads(sent) == {
        "data": {"message": text, "recipients": [{"phone": "972505550123"}], "braces": "{}", "n": 1}
    }
    assert headers["authorization"] == "Bearer k:ey"
    assert headers["content-type"].startswith("application/json")


def test_a_text_is_never_longer_than_a_thousand_characters(server: Gateway) -> None:
    HttpGateway(f"http://{server.address}/").send(NUMBER, "ש" * 5_000)
    ((_path, _headers, body),) = server.got
    assert len(parse_qs(body.decode())["text"][0]) == LONGEST


@pytest.mark.parametrize("status", [302, 307, 400, 401, 429, 500, 503])
def test_what_is_not_taken_may_be_tried_again(server: Gateway, status: int) -> None:
    server.status = status
    with pytest.raises(NotSent, match=str(status)):
        HttpGateway(f"http://{server.address}/").send(NUMBER, TEXT)
    assert len(server.got) == 1, (
        "a redirection is not followed: a number goes to the address that was set, and nowhere else"
    )


def test_what_may_have_been_taken_is_told_apart(server: Gateway) -> None:
    server.status = 0
    with pytest.raises(Unsure):
        HttpGateway(f"http://{server.address}/", seconds=0.5).send(NUMBER, TEXT)
    assert len(server.got) == 1


def test_a_gateway_that_answers_byte_by_byte_is_not_waited_for(server: Gateway) -> None:
    server.status = -1
    with pytest.raises(Unsure):
        HttpGateway(f"http://{server.address}/", seconds=0.5).send("+972501234567", "x")
    assert len(server.got) == 1


@pytest.mark.parametrize("password", ["xyzzy/1", "9876/45", "xyz@b/c", "xyzzy w", "xyzzy\u05d0", "xyzzy\nw"])
def test_a_password_that_breaks_the_address_is_refused_and_not_told(password: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as refused:
        HttpGateway(f"https://user:{password}@gateway.example.org/send")
    told = f"{refused.value} {refused.value.__cause__}"
    assert password not in told
    assert password[:3] not in told


def test_nobody_there(server: Gateway) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    plug = HttpGateway(f"http://127.0.0.1:{port}/")
    with pytest.raises(NotSent):
        plug.send(NUMBER, TEXT)
    with pytest.raises(NotSent):
        plug.reached()
    HttpGateway(f"http://{server.address}/").reached()
    assert server.got == [], "looking sends nothing"


def test_a_certificate_nobody_knows_is_refused(server: Gateway) -> None:
    """A plain server at an https:// address: no secure connection comes about, and nothing is sent in the clear."""
    plug = HttpGateway(f"https://{server.address}/", seconds=2)
    with pytest.raises(NotSent):
        plug.send(NUMBER, TEXT)
    assert server.got == []


@pytest.mark.parametrize("status", [200, 500, 0])
def test_neither_number_nor_text_nor_secret_is_told(
    server: Gateway, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = status
    plug = HttpGateway(f"http://town:secret@{server.address}/", header="X-Key: hidden", seconds=0.5)
    with caplog.at_level(logging.DEBUG):
        try:
            plug.send(NUMBER, TEXT)
            said = ""
        except OSError as problem:
            said = f"{problem} {problem!r} {problem.__cause__!r}"
    told = f"{said} {caplog.text} {plug!r} {plug.host}"
    for word in ("50555", "עברית", "secret", "hidden"):
        assert word not in told


@pytest.mark.parametrize(
    ("address", "body", "header", "says"),
    [
        ("ftp://sms.example.org/", "to={number}&text={text}", "", "https"),
        ("https:///send", "to={number}&text={text}", "", "name a host"),
        ("http://sms.example.org/", "to={number}&text={text}", "", "in the clear"),
        ("https://sms.example.org/", "to={number}", "", "must hold {text}"),
        ("https://sms.example.org/", "text={text}", "", "must hold {text}"),
        ("https://sms.example.org/", '{"to": {number}, "text": "{text}"}', "", "begins like JSON"),
        ("https://sms.example.org/", "to={number}&text={text}", "Bearer x", "Name: value"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_once(address: str, body: str, header: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        HttpGateway(address, body=body, header=header)


@pytest.mark.parametrize(
    ("typed", "international"),
    [
        ("050-555-0123", "+972505550123"),
        ("+972 50 555 0123", "+972505550123"),
        ("00972505550123", "+972505550123"),
        ("+970 59 555 0123", "+970595550123"),
        ("08-555-0123", ""),  # a house has no messages
        ("505550123", ""),  # nobody knows which country's
        ("+44 7700 900123", ""),  # the town does not pay for it
        ("1-700-555-0123", ""),
        ("", ""),
        ("05", ""),
        ("050555012345678901", ""),
        ("050-555-01234", ""),  # one digit more than any number of the country has
        ("050-555-012", ""),
        ("+972505550123456", ""),  # as long as E.164 allows at all
        ("+972 050 555 0123", ""),  # the zero that is only dialled at home
        ("+970 59 555 01234", ""),
        ("٠٥٠٥٥٥٠١٢٣", ""),  # digits come as digits_of gives them
    ],
)
def test_which_numbers_a_message_may_go_to(typed: str, international: str) -> None:
    assert Numbers.read("+972 5, +970 5").international(typed) == international


def test_how_long_a_number_is_depends_on_the_country() -> None:
    numbers = Numbers.read("+1 6, +33 6, +49 15, +225 07")
    assert numbers.international("+33 6 12 34 56 78") == "+33612345678"
    assert numbers.international("+33 6 12 34 56 7") == numbers.international("+33 6 12 34 56 789") == ""
    assert numbers.international("+49 1512 3456789") == "+4915123456789", "eleven digits"
    assert numbers.international("+225 07 12 34 56 78") == "+2250712345678", "the zero is a part of it there"


@pytest.mark.parametrize("written", ["", "972 5", "+972", "+972 x", "any", "+972 5,,"])
def test_numbers_that_are_none_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="first digits"):
        Numbers.read(written)
