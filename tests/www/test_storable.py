"""What the database cannot store is refused, not stumbled over."""

import pytest
from django.test import Client

from kesher.directory.models import Service, UnfinishedEdit
from tests.factories import MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def test_a_nul_in_what_is_read_without_a_form_is_a_bad_request(client: Client) -> None:
    service = ServiceFactory(published=True)
    service.organisation.state = "approved"
    service.organisation.save()
    client.force_login(MembershipFactory(organisation=service.organisation, role="provider").user)
    page = f"/en/provider/services/{service.pk}/"
    assert client.post(page + "move/", {"event": "suspend", "reason": "a\x00b"}).status_code == 400
    assert client.post(page + "sections/what/", {"keep": "1", "name_en": "a\x00b"}).status_code == 400
    service.refresh_from_db()
    assert service.state == Service.State.PUBLISHED
    assert not UnfinishedEdit.objects.exists()
