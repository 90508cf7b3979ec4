"""Pages whose address is a key: whoever has the link may act."""

from django.http import HttpResponse


def guarded(response: HttpResponse) -> HttpResponse:
    """The address stays out of caches, search engines and the addresses other pages are told one comes from.

    ``strict-origin`` and not ``no-referrer``: under that a browser says "Origin: null" when the form is sent, which is
    refused as if another site had sent it, and nobody could accept an invitation. The origin alone holds no key.
    """
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
