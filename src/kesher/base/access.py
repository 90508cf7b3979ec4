"""Reads of a person's file leave a row: who looked, when, for which organisation, for what. The person may see them."""

import uuid
from collections.abc import Iterable

from django.db import models

from kesher.base.transitions import Actor


def record_read(about: models.Model, *, by: Actor, purpose: str, request_id: str = "") -> None:
    """Note that ``by`` has looked at ``about``. ``purpose`` is a code ("referral", "counter"), not free text."""
    from kesher.base.models import AccessLog

    AccessLog.objects.create(
        about_type=about._meta.label_lower,
        about_id=about.pk,
        actor_id=by.user_id,
        organisation_id=by.organisation_id,
        purpose=purpose,
        request_id=request_id,
    )


def record_reads(
    kind: type[models.Model],
    read: Iterable[tuple[uuid.UUID, uuid.UUID | None]],
    *,
    user_id: uuid.UUID | None,
    purpose: str,
    request_id: str = "",
) -> None:
    """The same for many at once: pairs of whose file and the organisation for which it was read. One statement."""
    from kesher.base.models import AccessLog

    AccessLog.objects.bulk_create(
        [
            AccessLog(
                about_type=kind._meta.label_lower,
                about_id=about,
                actor_id=user_id,
                organisation_id=organisation,
                purpose=purpose,
                request_id=request_id,
            )
            for about, organisation in read
        ],
        batch_size=1000,
    )
