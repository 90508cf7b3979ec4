"""What a visitor has begun to write in a section and keeps for later."""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict

from kesher.directory.models import Service, UnfinishedEdit

NOT_TYPED = {"csrfmiddlewaretoken", "keep", "drop", "add", "next"}


def kept_by(request: HttpRequest, service: Service) -> Mapping[str, UnfinishedEdit]:
    """Section -> what this visitor keeps there."""
    return {kept.section: kept for kept in UnfinishedEdit.objects.visible_to(request.user).filter(service=service)}


def keep(request: HttpRequest, service: Service, section: str) -> None:
    """Keep what was typed, right or wrong."""
    typed = {name: values for name, values in request.POST.lists() if name not in NOT_TYPED}
    UnfinishedEdit.keep(service, request.user, section, typed)  # type: ignore[arg-type]


def forget(request: HttpRequest, service: Service, section: str) -> None:
    """It is saved, or no longer wanted."""
    UnfinishedEdit.objects.visible_to(request.user).filter(service=service, section=section).delete()


def typed_again(kept: UnfinishedEdit) -> QueryDict:
    """As if the browser sent it once more."""
    data = QueryDict(mutable=True)
    for name, values in kept.typed.items():
        data.setlist(name, values)
    return data
