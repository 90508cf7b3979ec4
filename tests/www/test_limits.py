"""How often: one telephone is one visitor, whichever of its addresses it writes from."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from kesher.base.addresses import network_of
from kesher.www.limits import too_many

HOUR = 3600


def asked_from(*addresses: str, what: str = "") -> list[bool]:
    """For each request, in order, whether it was one too many of two an hour."""
    what = what or uuid4().hex
    return [too_many(RequestFactory(REMOTE_ADDR=address).get("/"), what, most=2, seconds=HOUR) for address in addresses]


def test_one_network_of_ipv6_counts_as_one_and_the_next_is_another() -> None:
    one, next_door = "2001:db8:1:2", "2001:db8:1:3"
    assert asked_from(f"{one}::1", f"{one}::2", f"{one}:ffff:ffff:ffff:ffff") == [False, False, True]
    assert asked_from(f"{one}::1", f"{one}::1", f"{next_door}::1", f"{one}::9") == [False, False, False, True]


def test_an_address_of_ipv4_is_one_however_it_is_written() -> None:
    assert asked_from("192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207") == [False, False, True]
    assert asked_from("192.0.2.7", "192.0.2.7", "192.0.2.8", "::ffff:192.0.2.9") == [False] * 4


def test_the_proxy_says_it_too(settings: Any) -> None:
    settings.HTTPS = True
    what = uuid4().hex
    request = RequestFactory(REMOTE_ADDR="127.0.0.1")
    said = [request.get("/", headers={"x-real-ip": f"2001:db8:9:9::{n}"}) for n in range(3)]
    assert [too_many(one, what, most=2, seconds=HOUR) for one in said] == [False, False, True]


@pytest.mark.parametrize("odd", ["", "unix:", "not an address", "192.0.2.7:443", "2001:db8::/32"])
def test_what_is_no_address_is_counted_as_it_is(odd: str) -> None:
    assert network_of(odd) == odd


def test_a_zone_is_not_another_network() -> None:
    assert network_of("fe80::1%eth0") == network_of("fe80::2%eth1") == "fe80::/64"


def test_the_address_is_not_kept() -> None:
    cache.clear()
    asked_from("2001:db8:1:2::1", "192.0.2.7", what="kept")
    keys = list(cache._cache)  # type: ignore[attr-defined]
    assert len(keys) == 2
    assert not any("2001" in key or "192" in key for key in keys)
