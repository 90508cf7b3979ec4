"""``{% call_back_possible service as possible %}``: whether a number left for this service would be called."""

from django import template

from kesher.directory.call_backs import can_be_asked
from kesher.directory.models import Service

register = template.Library()


@register.simple_tag
def call_back_possible(service: Service) -> bool:
    return can_be_asked(service)
