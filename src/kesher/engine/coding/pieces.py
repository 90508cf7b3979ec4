"""A text cut into pieces at stops, commas and joining words: the smallest parts that may tell of work of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, Protocol

from kesher.engine.coding.said_settings import STOPS
from kesher.engine.coding.said_text import SaidText
from kesher.engine.coding.said_times import Time, TimeKind
from kesher.engine.coding.said_words import Small

#: Marks inside a sentence. A hyphen counts only between spaces.
_COMMAS: Final = frozenset(",،፣፥:፦–—/")
_COLONS: Final = frozenset(":፦")
#: Digits of the shortest telephone number.
TELEPHONE: Final = 7


class Opening(Enum):
    """What stands before a piece."""

    START = auto()
    STOP = auto()
    COMMA = auto()
    AND = auto()
    THEN = auto()
    DETAIL = auto()  # "mostly"
    BRACKET = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """Words `first` to before `behind`, without what joins them to the ones before.

    content: there are words that are neither small nor a time · works: it says that somebody worked · wish: it says what is
    looked for · study: it says what was learned · apart: it says nothing but an age or how long ago something was, or is a line
    about the person: "Name: …", an address, a telephone number.
    """

    first: int
    behind: int
    opening: Opening
    content: bool
    works: bool
    wish: bool
    study: bool
    apart: bool


class Titles(Protocol):
    """What knows titles and small words."""

    def is_small(self, said: SaidText, place: int) -> bool:
        """Whether a word says nothing of what somebody did."""
        ...

    def title_at(self, said: SaidText, place: int, *, without: int = 0) -> int:
        """Words of the title that begins at `place`, 0 for none. without: letters of the first word to leave out."""
        ...


def pieces(said: SaidText, when: Sequence[Time], titles: Titles) -> list[Piece]:
    """The pieces of a text, in order. Every word is in one, or joins two."""
    inside = {place for time in when for place in range(time.first + 1, time.behind)}
    starts = {time.first: time for time in when}
    headed = _headed(said)
    cuts: list[tuple[int, int, Opening]] = []  # where a piece begins, before how many words that join, and how
    own: dict[int, bool] = {}
    depth = 0
    place = 0
    while place < len(said):
        opening, steps, depth = _cut_at(said, place, inside, starts, titles, depth, own)
        if place in headed and opening is Opening.COMMA:
            opening, steps = None, 0
        if place == 0 and opening is None:
            opening = Opening.START
        if opening is not None:
            cuts.append((place, steps, opening))
        place += max(1, steps)
    found = []
    for number, (at, steps, opening) in enumerate(cuts):
        behind = cuts[number + 1][0] if number + 1 < len(cuts) else len(said)
        if at + steps < behind:
            # What opened an empty piece opens the next: "Before that, I was": the comma is no new thought.
            if number and cuts[number - 1][0] + cuts[number - 1][1] == at and opening is Opening.COMMA:
                opening = cuts[number - 1][2]
            found.append(_piece(said, at + steps, behind, opening, starts, titles))
    learned = _learned(said)
    return [replace(piece, study=True, works=False) if piece.first in learned else piece for piece in found]


def _headed(said: SaidText) -> frozenset[int]:
    """The words behind the heading of a line ("Name: …"): no thought of their own begins there."""
    found = set()
    for place in range(len(said)):
        behind = place + said.does(place, Small.PERSON, Small.LEARNED)
        if behind > place and (place == 0 or STOPS & set(said.gap(place))) and _COLONS & set(said.gap(behind)):
            found.add(behind)
    return frozenset(found)


def _learned(said: SaidText) -> frozenset[int]:
    """The words of lines headed by what somebody can do ("Skills: work in a team, Excel"): "work" there is no work."""
    found: set[int] = set()
    for place in range(len(said)):
        behind = place + said.does(place, Small.LEARNED)
        if behind > place and (place == 0 or STOPS & set(said.gap(place))) and _COLONS & set(said.gap(behind)):
            end = next((at for at in range(behind, len(said)) if STOPS & set(said.gap(at))), len(said))
            found.update(range(place, end))
    return frozenset(found)


def _cut_at(
    said: SaidText,
    place: int,
    inside: set[int],
    starts: dict[int, Time],
    titles: Titles,
    depth: int,
    own: dict[int, bool],
) -> tuple[Opening | None, int, int]:
    """How a piece begins at `place`, if one does; how many words there only join; the depth of brackets."""
    gap = said.gap(place)
    opened = depth + gap.count("(") - gap.count(")")
    if place in inside:
        return None, 0, max(0, opened)
    here: Opening | None = None
    if place and STOPS & set(gap) and not _in_address(said, place):
        here = Opening.STOP
    elif place and (_COMMAS & set(gap) or " - " in gap or "(" in gap or ")" in gap):
        here = Opening.COMMA
    if opened > 0 and here is not None:
        here = Opening.BRACKET
    depth = max(0, opened)
    if place in starts:
        return here if here is not None else _glued_time(said, place), 0, depth
    if steps := said.does(place, Small.THEN, Small.NOW):
        # "before" in front of a time is part of it and was taken by it.
        return Opening.THEN, steps, depth
    if here in (None, Opening.COMMA) and said.does(place, Small.DETAIL) > said.does(place, Small.OWN):
        return Opening.DETAIL, 0, depth
    if steps := said.does(place, Small.AND):
        if here is Opening.BRACKET or not _is_own(said, place + steps, starts, titles, own):
            return here, 0, depth
        return here or Opening.AND, steps, depth
    if here is None and place and said.folded[place][:1] in ("ו", "و") and _glued_work(said, place, titles):
        return Opening.AND, 0, depth
    return here, 0, depth


def _glued_time(said: SaidText, place: int) -> Opening | None:
    """ושנתיים, وسنتين: "and" stuck to a time."""
    return Opening.AND if place and said.folded[place][:1] in ("ו", "و") and len(said.folded[place]) > 2 else None


def _glued_work(said: SaidText, place: int, titles: Titles) -> bool:
    """ "And" stuck to a title or to "I worked": ומלצרית, وكنت."""
    return bool(
        titles.title_at(said, place, without=1) or said.does(place, Small.WORK, Small.OWN, Small.CARE, Small.RAISE)
    )


def _is_own(said: SaidText, place: int, starts: dict[int, Time], titles: Titles, known: dict[int, bool]) -> bool:
    """Whether what follows "and" may be work of its own: a time, a title, or "worked" is there before the next mark.

    known: what was found for the words looked at before. Each word is looked at once however many "and"s stand in front of
    it: a page of nothing but "and" took two minutes.
    """
    at = place
    while at < len(said) and at not in known and (at == place or not (STOPS | _COMMAS) & set(said.gap(at))):
        if at in starts or said.does(at, Small.WORK, Small.THEN, Small.NOW, Small.OWN) or titles.title_at(said, at):
            known[at] = True
            break
        at += 1
    marked = at > place and at < len(said) and bool((STOPS | _COMMAS) & set(said.gap(at)))
    found = not marked and known.get(at, False)
    known.update(dict.fromkeys(range(place, at), found))
    return found


def _is_study(said: SaidText, places: range, titles: Titles) -> bool:
    """Whether a piece says what was learned: "diploma of a lawyer", but not "high school teacher" or "nurse with a degree"."""
    for place in places:
        title, steps = titles.title_at(said, place), said.does(place, Small.STUDY)
        if title > steps:
            return False
        if steps:
            return True
    return False


def _of_learning(said: SaidText, places: range) -> frozenset[int]:
    """The words in which somebody says that they learn: "I am learning" says "I am", and is no work."""
    found: set[int] = set()
    for place in places:
        steps = said.does(place, Small.STUDY)
        if steps > said.does(place, Small.WORK):
            found.update(range(place, place + steps))
    return frozenset(found)


def _in_address(said: SaidText, place: int) -> bool:
    """Whether a stop stands inside a word or a date: example.org, Node.js, 1.2.1980."""
    before, after = said.part(place - 1, place)[-1], said.part(place, place + 1)[0]
    return said.gap(place) == "." and (after.islower() or (before.isdigit() and after.isdigit()))


def _is_heading(said: SaidText, first: int, behind: int, kind: Small, *, whole: bool) -> bool:
    """Whether a piece begins with the heading of a line of a CV: before a colon, or if it is the `whole` piece."""
    steps = said.does(first, kind)
    return bool(steps) and (bool(_COLONS & set(said.gap(first + steps))) or (whole and first + steps >= behind))


def _is_contact(said: SaidText, places: range, timed: Mapping[int, Time]) -> bool:
    """Whether a piece holds an address of the net or a telephone number."""
    gaps = "".join(said.gap(place) for place in places[1:])
    digits = sum(len(word) for place in places if (word := said.folded[place]).isdigit() and place not in timed)
    return "@" in gaps or digits >= TELEPHONE


def _piece(said: SaidText, first: int, behind: int, opening: Opening, starts: dict[int, Time], titles: Titles) -> Piece:
    timed: dict[int, Time] = {}
    for time in starts.values():
        timed.update(dict.fromkeys(range(time.first, time.behind), time))
    places = range(first, behind)
    content = any(place not in timed and not titles.is_small(said, place) for place in places)
    learning = _of_learning(said, places)
    works = any(said.does(place, Small.WORK) for place in places if place not in timed and place not in learning)
    wish = any(said.does(place, Small.SEEK) for place in places)
    study = not works and (
        _is_study(said, places, titles) or _is_heading(said, first, behind, Small.LEARNED, whole=True)
    )
    kinds = {timed[place].kind for place in places if place in timed}
    apart = not content and bool(kinds) and kinds <= {TimeKind.AGE, TimeKind.AGO, TimeKind.RATE}
    heads = said.does(first, Small.PERSON)
    said_more = any(place not in timed and not said.folded[place].isdigit() for place in places[heads:])
    if not works and (not kinds or not said_more):
        apart |= _is_contact(said, places, timed) or _is_heading(said, first, behind, Small.PERSON, whole=True)
    return Piece(first, behind, opening, content, works, wish, study, apart)
