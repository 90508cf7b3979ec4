"""Task cards: for people who do not write. Of the work they told of, what people do there; how often have you done this?"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.http import HttpRequest
from django.utils import translation

from kesher import words
from kesher.base.transitions import Actor, Refused
from kesher.base.translated import in_language
from kesher.people import abilities
from kesher.people.models import Often, Person
from kesher.people.profile import concept_name
from kesher.words.models import Kind, Proposal
from kesher.words.typical import tasks_of
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.interview.asking import Both
from kesher.www.caseworker.interview.forms import MOST_CARDS, CardsAsked, OtherWorkForm

#: Kinds of work asked about on one page.
MOST_GROUPS: Final = 2
#: The address of a unit group in the lists.
GROUP: Final = "http://data.europa.eu/esco/isco/C"


def groups_of(person: Person, request: HttpRequest) -> list[str]:
    """The unit groups of their work, the latest told first: what was said to be right, else what was proposed first."""
    rows = list(person.experiences.order_by("-id"))
    keys = [row.proposal_id for row in rows if row.proposal_id and not row.isco08]
    proposals = {one.pk: one for one in Proposal.objects.visible_to(signed_in(request)).filter(pk__in=keys)}
    found = []
    for row in rows:
        proposal = proposals.get(row.proposal_id) if row.proposal_id else None
        first = proposal.candidates[0]["isco08"] if proposal is not None and proposal.candidates else ""
        found.append(row.isco08 or first)
    return [group for group in dict.fromkeys(found) if tasks_of(group)]


def group_of(text: str, language: str) -> str:
    """The unit group somebody's word for a work is likeliest to mean; "" where there is none."""
    coding = words.code(text, language=language, kind=Kind.OCCUPATION, top=5)
    return next((one.isco08 for one in coding.candidates if tasks_of(one.isco08)), "")


def context(person: Person, request: HttpRequest, both: Both, looked_for: str = "") -> dict[str, Any]:
    """The cards as the page shows them, each task in both languages with its four answers."""
    other = OtherWorkForm({"work": looked_for} if looked_for else None)
    groups = groups_of(person, request)[:MOST_GROUPS]
    found = ""
    if looked_for and other.is_valid():
        found = group_of(other.cleaned_data["work"], both.theirs)
        groups = [found] if found else groups
    given = dict(person.skills.answered().values_list("uri", "often"))
    often = [{"value": one.value, "words": both.of(one.label)} for one in Often]
    return {
        "other": other,
        "nothing_found": bool(looked_for) and not found,
        "often": often,
        "ask": both.of(translation.gettext_lazy("How often have you done this?")),
        "groups": [
            {
                "isco08": group,
                "words": both.of(partial(named, Kind.OCCUPATION, GROUP + group)),
                "cards": [
                    {
                        "field": f"{group}-task{number}",
                        "words": both.of(partial(_task, task.label)),
                        "given": given.get(task.uri),
                    }
                    for number, task in enumerate(tasks_of(group)[:MOST_CARDS])
                ],
            }
            for group in groups
        ],
    }


def keep(data: Any, person: Person, by: Actor) -> int:
    """Keep the answers of each group that was asked about; how many. Raises :class:`Refused` for what is no answer."""
    kept = 0
    for group in dict.fromkeys(data.getlist("isco08")[:MOST_GROUPS]):
        named = {name.removeprefix(f"{group}-"): data[name] for name in data if name.startswith(f"{group}-task")}
        form = CardsAsked(named, isco08=group)
        if not form.is_valid():
            raise Refused(translation.gettext("Please answer with one of the four."), "answer")
        if form.answers:
            kept += abilities.answer_cards(person, group, form.answers, by=by)
    return kept


def _now() -> str:
    return translation.get_language() or "en"


def _task(label: Mapping[str, str]) -> str:
    return in_language(label, _now()).text


def named(kind: str, uri: str) -> str:
    """What an occupation or skill is called in the language that is set; its address where the lists have lost it."""
    return concept_name(kind, uri, _now()) or uri
