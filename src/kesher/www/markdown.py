"""Markdown of our own documents as HTML: no markup of its own passes, no picture, and no link but those the caller knows.

    drawn("# Title\\n\\nText, [more](other.md).", link={"other.md": "/en/how-to/other/"}.get)

CommonMark and tables, read by markdown-it-py (docs/decisions/0048).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kesher.www.templatetags.look import with_labels

#: From the address as written to the one on the page; None where the text stands alone.
Link = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """``title``: the first heading, as text; ``body``: all that follows it."""

    title: str
    body: SafeString


@cache
def _reader() -> MarkdownIt:
    # html=False: what looks like a tag is text
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def drawn(text: str, *, link: Link) -> Drawn:
    """A document that begins with its title. Raises ``ValueError`` where it does not."""
    tokens = _reader().parse(text)
    if [token.type for token in tokens[:3]] != ["heading_open", "inline", "heading_close"] or tokens[0].tag != "h1":
        raise ValueError("a document begins with its title")
    title, rest = tokens[1].content, tokens[3:]
    for token in rest:
        if token.children:
            token.children = _linked(token.children, link)
        if token.type == "th_open":
            token.attrs["scope"] = "col"
    # Our own documents, and everything in them was escaped by the reader: a tag in it is one of the reader's.
    body = _TABLES.sub(_as_ours, str(_reader().renderer.render(rest, _reader().options, {})))
    return Drawn(title, mark_safe(body))  # noqa: S308


_TABLES: Final = re.compile("<table>(.*?)</table>", re.DOTALL)


def _as_ours(found: re.Match[str]) -> str:
    """A table as all of ours are: on a phone each row is a card (components/table.html)."""
    opened = '<div class="scroll"><table class="ds-table table--cards" data-border="true" role="table">'
    return f"{opened}{with_labels(found.group(1))}</table></div>"


def _linked(tokens: list[Token], link: Link) -> list[Token]:
    """Links that are known, with their address on the page; of others the text."""
    kept: list[Token] = []
    drop = False
    for token in tokens:
        if token.type == "link_open":
            address = link(str(token.attrs.get("href", "")))
            drop = address is None
            if address is not None:
                token.attrs = {"href": address}
        if token.type in ("link_open", "link_close") and drop:
            continue
        kept.append(token)
    return kept
