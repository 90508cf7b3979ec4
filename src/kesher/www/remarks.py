"""Remarks about an import in the reader's language.

The English sentences of a remark (:mod:`kesher.formats.remarks`) are the keys of its translations. What a file says stands in
``<bdi>``: a Hebrew sentence around an address keeps its order. A remark kept before there were codes, or whose code is known no
more, is shown as it was kept, marked as English.
"""

from collections.abc import Iterable

from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kesher.directory.importing import say as _importer
from kesher.formats.esco import remarks as _esco
from kesher.formats.records import Refusal
from kesher.formats.refusals import cells, table
from kesher.formats.remarks import REMARKS, Parameter, Said
from kesher.formats.remarks import statistics as _statistics

__all__ = ["as_table", "reason", "remedy"]
_ENGLISH = "en"
#: What a library said, in its own words.
_FOREIGN = "why"
#: Imported for their remarks, which are known once they are declared.
_VOCABULARIES = (_importer, _esco, _statistics)


def reason(said: Said) -> SafeString:
    """What is wrong, for a page."""
    return _on_a_page(said, "reason")


def remedy(said: Said) -> SafeString:
    """What to do, for a page."""
    return _on_a_page(said, "remedy")


def as_table(refusals: Iterable[Refusal]) -> str:
    """All remarks as CSV, headings and sentences in the reader's language; codes and values as they are."""
    headings = [
        *(_("kind of record"), _("file"), _("row"), _("column"), _("record")),
        *(_("what became of it"), _("code"), _("what is wrong"), _("what to do")),
    ]
    left_out, noted = _("left out"), _("noted")
    return table(
        headings,
        (
            cells(one, left_out if one.fatal else noted, _plain(one.said, "reason"), _plain(one.said, "remedy"))
            for one in refusals
        ),
    )


def _sentence(said: Said, part: str) -> str | None:
    """The sentence in the reader's language, its placeholders still in it; ``None`` when there is none to fill."""
    remark = REMARKS.get(said.code)
    if remark is None or not remark.parameters <= said.params.keys():
        return None
    return _(getattr(remark, part))


def _on_a_page(said: Said, part: str) -> SafeString:
    sentence = _sentence(said, part)
    if sentence is None:
        return format_html('<span lang="en" dir="ltr">{}</span>', getattr(said, part))
    if not said.params:
        return escape(sentence)
    return format_html(escape(sentence), **{name: _isolated(name, value) for name, value in said.params.items()})


def _isolated(name: str, value: Parameter) -> SafeString:
    if name == _FOREIGN and translation.get_language() != _ENGLISH:
        return format_html('<bdi lang="en" dir="ltr">{}</bdi>', value)
    if not any(
        letter.isalpha() for letter in str(value)
    ):  # -90, 08-1234: no letter says the direction, and signs would move
        return format_html('<bdi dir="ltr">{}</bdi>', value)
    return format_html("<bdi>{}</bdi>", value)


def _plain(said: Said, part: str) -> str:
    sentence = _sentence(said, part)
    return getattr(said, part) if sentence is None else sentence.format_map(said.params)
