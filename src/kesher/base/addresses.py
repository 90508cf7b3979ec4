"""From which address a request comes: the one question every limit asks, answered in one place."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address.

    In production (https) it is what the reverse proxy says in ``X-Real-IP``, which the proxy must set itself and never
    pass through (deploy/nginx does); without a proxy it is the socket's.
    """
    told = request.headers.get("X-Real-IP", "") if settings.HTTPS else ""
    return str(told or request.META.get("REMOTE_ADDR", ""))


#: A household or a telephone has at least so much of IPv6 to itself (RFC 6177, RFC 7934): 2**64 addresses to change between.
ONE_CONNECTION = 64


def connection_of(request: HttpRequest) -> str:
    """What is counted where somebody may do a thing only so often: an address of IPv4, a network of IPv6."""
    return network_of(address_of(request))


def network_of(address: str) -> str:
    """The first half of an address of IPv6; one of IPv4, however it is written, and what is no address stay whole.

    >>> network_of("2001:db8:1:2:aaaa::1"), network_of("::ffff:192.0.2.7"), network_of("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:  # what a socket for both kinds calls a visitor of IPv4
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), ONE_CONNECTION), strict=False))
