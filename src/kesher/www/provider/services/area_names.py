"""Places by their names, in whatever language somebody types them."""

from functools import cached_property

from django.utils import translation

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.text import fold

MOST_SUGGESTED = 300


class AreaNames:
    """The areas of a country, read once and only when asked for."""

    @cached_property
    def _areas(self) -> list[Area]:
        return list(Area.objects.only("id", "name", "population", "level").order_by("-population", "id"))

    @cached_property
    def _towns(self) -> list[Area]:
        return [area for area in self._areas if area.level in (Area.Level.LOCALITY, Area.Level.AUTHORITY)]

    @property
    def suggestions(self) -> list[str]:
        """Names to choose from while typing: the largest places first."""
        language = translation.get_language() or "en"
        return list(dict.fromkeys(in_language(area.name, language).text for area in self._towns[:MOST_SUGGESTED]))

    def find(self, name: str) -> Area | None:
        """The area of this name in any language, towns before districts; None when there is none, or more than one."""
        wanted = fold(name).strip()
        if not wanted:
            return None
        for areas in (self._towns, self._areas):
            found = [area for area in areas if wanted in {fold(word).strip() for word in area.name.values()}]
            # A locality and its local authority bear one name: they are one place to whoever types it.
            if len({fold(next(iter(area.name.values()))) for area in found}) == 1:
                return found[0]
            if found:
                return None
        return None
