"""The themes of a service: those it has, a name to find another by, and the shelves to look through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.base.translated import in_language
from kesher.directory.models import Term
from kesher.engine.text import fold

#: How many themes a name that fits several is answered with.
_NAMED = 6
#: The facet one looks through first.
FIRST = "human_services"


@dataclass(frozen=True, slots=True)
class Theme:
    """A term, as one chooses it; ``depth`` 0 is the shelf itself."""

    code: str
    name: str
    shelf: str
    depth: int


@dataclass(slots=True)
class Shelf:
    """A branch: its name and its themes, itself the first."""

    name: str
    themes: list[Theme] = field(default_factory=list)


@dataclass(slots=True)
class Bookcase:
    """A facet of the taxonomy (services, situations, places) and its shelves."""

    name: str
    shelves: list[Shelf] = field(default_factory=list)


class Bookcases:
    """All themes in the reader's language, shelf by shelf, both in the order of their names.

    Paths of terms begin with the taxonomy: ``taxonomy/facet/shelf/theme/…/``.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        language = translation.get_language() or "en"
        facets: dict[str, Bookcase] = {}
        shelves: dict[tuple[str, ...], Shelf] = {}
        self._called: dict[str, list[str]] = {}
        self.themes: dict[str, Theme] = {}
        for term in terms:  # in the order of their paths: a shelf before what stands on it
            parts = tuple(term.path.strip("/").split("/"))[1:]
            name = in_language(term.name, language).text
            if (facet := facets.get(parts[0])) is None:
                facet = facets[parts[0]] = Bookcase(name)
            if len(parts) == 1:  # too wide to stand under; who has it keeps it
                self.themes[term.code] = Theme(term.code, name, name, 0)
                continue
            if (shelf := shelves.get(parts[:2])) is None:
                shelf = shelves[parts[:2]] = Shelf(name)
                facet.shelves.append(shelf)
            theme = Theme(term.code, name, shelf.name, max(0, len(parts) - 2))
            self.themes[term.code] = theme
            shelf.themes.append(theme)
            for word in {fold(text) for text in term.name.values()}:
                self._called.setdefault(word, []).append(term.code)
        self.facets = [facet for _key, facet in sorted(facets.items(), key=lambda pair: pair[0] != FIRST)]
        for facet in self.facets:
            facet.shelves.sort(key=lambda shelf: shelf.name)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(theme.code, theme.name) for theme in self.themes.values()]

    @property
    def names(self) -> list[str]:
        """To choose from while typing, each once."""
        return sorted({theme.name for theme in self.themes.values()})

    def called(self, words: str) -> list[Theme]:
        """The themes of that name in any language; where there is none, those with it in their name."""
        wanted = fold(words)
        codes = self._called.get(wanted) or [
            code for name, named in self._called.items() if wanted in name for code in named
        ]
        return [self.themes[code] for code in dict.fromkeys(codes)]


class ThemesForm(forms.Form):
    """Boxes for all themes, and a name to add one by."""

    themes = forms.MultipleChoiceField(label=gettext_lazy("Themes"), required=False)
    called = forms.CharField(
        label=gettext_lazy("Find a theme by its name"),
        help_text=gettext_lazy("Begin to type and choose. Or look on the shelves below."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "theme-names", "autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, prefix: str, bookcases: Bookcases, chosen: Sequence[str]) -> None:
        super().__init__(data, prefix=prefix, initial={"themes": list(chosen)})
        self.all = bookcases
        self.fields["themes"].choices = bookcases.choices  # type: ignore[attr-defined]

    def found(self, words: str) -> Theme:
        """The one theme of that name. Raises ``ValidationError`` with what to do when it is not one."""
        themes = self.all.called(words)
        if not themes:
            raise ValidationError(_("No theme is called so. Try a shorter word, or look on the shelves."))
        if len(themes) > 1:
            names = "; ".join(f"{theme.name} ({theme.shelf})" for theme in themes[:_NAMED])
            raise ValidationError(
                _("Several themes are called so; write one of them whole: %(names)s") % {"names": names}
            )
        return themes[0]

    def clean_called(self) -> str:
        words = self.cleaned_data["called"].strip()
        return self.found(words).code if words else ""

    def chosen(self) -> list[str]:
        """The codes, of a valid form."""
        return [code for code in (*self.cleaned_data["themes"], self.cleaned_data["called"]) if code]

    # --- as the page draws it ---

    @property
    def on_top(self) -> list[Theme]:
        """Those chosen, as stored or as typed."""
        return [self.all.themes[code] for code in self["themes"].value() or () if code in self.all.themes]

    @property
    def left(self) -> list[Bookcase]:
        """What is left to choose: a box stands on the page once."""
        taken = {theme.code for theme in self.on_top}
        return [
            Bookcase(
                facet.name,
                [
                    Shelf(shelf.name, [theme for theme in shelf.themes if theme.code not in taken])
                    for shelf in facet.shelves
                ],
            )
            for facet in self.all.facets
        ]
