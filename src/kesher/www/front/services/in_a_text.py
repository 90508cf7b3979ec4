"""A service in the words of a text message, and the link that opens the visitor's own telephone with them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from kesher.base.translated import in_language

#: Characters of each line at most; a telephone number has 60, and what is left is the link's.
NAME, ORGANISATION, ADDRESS = 140, 80, 120
MORE = "…"


def shortened(text: str, most: int) -> str:
    """As many whole words as go into ``most`` characters, in one line, with a sign that there are more; of one word that
    is longer, its beginning.

    >>> shortened("Hebrew for nurses and carers", 20)
    'Hebrew for nurses…'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    room = most - len(MORE)
    whole = line[: room + 1].rpartition(" ")[0].rstrip(" ,;:-–")
    return (whole or line[:room]) + MORE


def as_link(text: str) -> str:
    """``sms:`` with the words in it and nobody it goes to yet. ``?&``: Android reads what follows the one, iOS the other."""
    return "sms:?&body=" + quote(text, safe="")


def words_of(article: Mapping[str, Any], language: str) -> str:
    """Name, organisation, telephone, address and link of a service, a line each; nothing of whoever looks at it.

    ``article``: what its page is drawn from. What is long is shortened, so that number and link are always whole: a message
    has room for 1,000 characters, and each 70 in Hebrew or Arabic are one more that is paid for.
    """
    service, call, places = article["service"], article["call"], article["places"]
    said = [shortened(in_language(service.name, language).text, NAME)]
    if service.organisation:
        said.append(shortened(in_language(service.organisation.name, language).text, ORGANISATION))
    if call:
        said.append(call.number)
    if places and places[0]["addresses"]:
        address = places[0]["addresses"][0]
        town = in_language(places[0]["town"], language).text or address.city
        said.append(shortened(", ".join(part for part in (address.address_1, town) if part), ADDRESS))
    with translation.override(language):
        said.append(settings.PUBLIC_URL + reverse("service", kwargs={"pk": service.pk}))
    return "\n".join(line for line in said if line)
