"""The shelves of the front page: themes with something on them, as tiles."""

from dataclasses import dataclass

from django.core.cache import cache

from kesher.directory.models import Term
from kesher.directory.search import SearchQuery, find

#: Code of a theme -> the drawn object on its tile. Order = order on the page: what newcomers ask for first.
PICTURES = {
    "human_services:work": "briefcase",
    "human_services:education": "graduation-cap",
    "human_services:housing": "house",
    "human_services:money": "wallet",
    "human_services:legal": "scale",
    "human_services:health": "stethoscope",
    "human_services:care": "hand-heart",
    "human_services:food": "store",
    "human_services:transport": "bus",
    "human_services:goods": "baby",
    "human_services:community_services": "users",
    "human_services:culture_and_sports": "sprout",
    "human_services:emergency": "triangle-alert",
}
MINUTES = 10
CACHE_KEY = "front-themes"


@dataclass(frozen=True, slots=True)
class Tile:
    """One theme: its words per language, its picture, how many services stand on it."""

    code: str
    words: dict[str, str]
    picture: str
    count: int


def tiles() -> list[Tile]:
    """Themes that have at least one public service. Counted anew every ten minutes."""
    known: list[Tile] | None = cache.get(CACHE_KEY)
    if known is None:
        terms = {term.pk: term for term in Term.objects.filter(code__in=PICTURES, taxonomy__slug="open-eligibility")}
        counts = find(SearchQuery(page_size=1)).facets.themes
        found = {
            terms[key].code: Tile(terms[key].code, terms[key].name, PICTURES[terms[key].code], count)
            for key, count in counts.items()
            if key in terms and count
        }
        known = [found[code] for code in PICTURES if code in found]
        cache.set(CACHE_KEY, known, MINUTES * 60)
    return known
