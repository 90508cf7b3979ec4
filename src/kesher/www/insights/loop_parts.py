"""What the parts of our own figures are called: subjects of services, and what became of referrals."""

from collections.abc import Iterable
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import get_language

from kesher.base.translated import in_language
from kesher.directory.monthly import OTHER, subject_names
from kesher.referrals.monthly import UNFINISHED
from kesher.referrals.vocabularies import Outcome, Reason, State
from kesher.www.insights import saying

OUTCOMES: Final = {
    **dict(Outcome.choices),
    UNFINISHED: format_lazy("{}, {}", State.FAILED.label, State.CANCELLED.label),
    OTHER: Reason.OTHER.label,
}


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Of each part, ours or a source's. One query where there are subjects among them, else none."""
    own = list(codes)
    found = {code: str(OUTCOMES[code]) if code in OUTCOMES else saying.part(code) for code in own}
    if subjects := [code for code in own if ":" in code]:
        language = get_language() or "en"
        found |= {code: in_language(name, language).text for code, name in subject_names(subjects).items()}
    return found
