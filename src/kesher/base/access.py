"""Reads of a person's file leave a row: who looked, when, for which organisation, for what. The person may see them."""

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
