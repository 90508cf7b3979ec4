"""What the importer itself remarks, with the row it is about where the reader knows it; and words nobody here knows."""

from difflib import get_close_matches

from kesher.directory.importing import say
from kesher.directory.importing.places import AreaFinder
from kesher.directory.importing.report import Report
from kesher.directory.importing.themes import Themes
from kesher.formats.records import AreaRecord, Origin, Refusal, TermRef
from kesher.formats.remarks import Said

#: How like a known spelling a word must be to be taken for it mistyped: 1 = the same (difflib's ratio).
NEAR = 0.75
#: A spelling is looked for among thousands of names, which takes a hundredth of a second: only for so many words of one file.
MOST_LOOKED_FOR = 200


class Notes:
    """Written down at once by :meth:`add`; unknown words once each, kept apart until :meth:`tell_unknown`.

    A file of a foreign country may name hundreds of unknown towns: they come after all that was left out.
    """

    def __init__(self, report: Report, origin: Origin | None, areas: AreaFinder, themes: Themes) -> None:
        self._report, self._origin, self._areas, self.themes = report, origin, areas, themes
        self._unknown: dict[tuple[str, ...], Refusal] = {}
        self._looked_for = 0

    def add(self, said: Said, *, field: str | None = None, record: str | None = None, kind: str = "service") -> None:
        self._report.refusals.append(self._about(said, field, record, kind))

    def tell_unknown(self) -> None:
        self._report.refusals.extend(self._unknown.values())
        self._unknown.clear()

    def unknown_town(self, name: str, location: str) -> None:
        """A town in an address that is none of our areas."""
        self._unknown_place(name, "city", location, "location")

    def unknown_area(self, area: AreaRecord, service: str) -> None:
        """A service's area that is none of ours, by code or by name."""
        if area.scheme and area.code:
            listed = area.scheme in self._areas.schemes
            key = ("code", area.scheme, area.code) if listed else ("list", area.scheme)
            if key not in self._unknown:
                said = say.UNKNOWN_LIST_OF_AREAS(list=area.scheme)
                if listed:
                    said = say.UNKNOWN_AREA_CODE(code=area.code, list=area.scheme)
                self._unknown[key] = self._about(said, "area", service, "service")
        elif name := next(iter(area.name.values()), None):
            self._unknown_place(name, "area", service, "service")

    def unknown_term(self, ref: TermRef, service: str) -> None:
        """A term that is not here; of the words of a table, one that is no theme of the portal."""
        key = ("term", ref.taxonomy, ref.code)
        if key in self._unknown:
            return
        word = self.themes.word(ref)
        if word is None:
            near = self._near(ref.code, self.themes.codes_of(ref.taxonomy))
            named = {"code": ref.code, "taxonomy": ref.taxonomy}
            said = say.NEARLY_A_TERM(**named, near=near) if near else say.UNKNOWN_TERM(**named)
        else:
            near = self._near(word, self.themes.spellings)
            said = say.NEARLY_A_THEME(value=word, near=near) if near else say.UNKNOWN_THEME(value=word)
        self._unknown[key] = self._about(said, "term", service, "service")

    def _unknown_place(self, name: str, field: str, record: str, kind: str) -> None:
        key = ("place", self._areas.folded(name))
        if key not in self._unknown:
            near = self._near(name, self._areas.spellings)
            said = say.NEARLY_A_PLACE(value=name, near=near) if near else say.UNKNOWN_PLACE(value=name)
            self._unknown[key] = self._about(said, field, record, kind)

    def _near(self, word: str, spellings: dict[str, str]) -> str | None:
        """The known name nearest to a word, as it is written here. ``spellings``: folded name -> name."""
        self._looked_for += 1
        if self._looked_for > MOST_LOOKED_FOR or len(word) > 100:
            return None
        folded = self._areas.folded(word)
        # a ratio of NEAR or more is out of reach for words of very different length
        alike = [other for other in spellings if abs(len(other) - len(folded)) <= (1 - NEAR) * len(folded) + 1]
        found = get_close_matches(folded, alike, n=1, cutoff=NEAR)
        return spellings[found[0]] if found else None

    def _about(self, said: Said, field: str | None, record: str | None, kind: str) -> Refusal:
        row = self._origin.rows.get((kind, record or "")) if self._origin else None
        file = self._origin.file if self._origin and row else self._report.file_name
        column = self._origin.columns.get(field or "", field) if self._origin and row else field
        # beside a row, the id is one made for rows without their own: nothing a person has ever seen
        return Refusal(file, row, column, said, record=None if row else record, fatal=False, kind=kind)
