"""Names of towns for the map, as GeoJSON in the reader's language."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kesher.areas.models import Area
from kesher.base.translated import in_language


@require_safe
@cache_control(public=True, max_age=3600)
def places(request: HttpRequest) -> JsonResponse:
    """Localities and authorities with a centre, the largest first."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    areas = (
        Area.objects.of_level(Area.Level.LOCALITY, Area.Level.AUTHORITY)
        .exclude(latitude=None)
        .order_by("-population", "path")[:300]
    )
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [area.longitude, area.latitude]},
            "properties": {"name": in_language(area.name, language).text},
        }
        for area in areas
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
