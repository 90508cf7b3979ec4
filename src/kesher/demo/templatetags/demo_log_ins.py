"""``{% demo_log_ins %}``: on the log-in page of the demo town, whom one can log in as; nothing on any other portal."""

from typing import Any

from django import template
from django.conf import settings

from kesher.base.models import Portal
from kesher.demo.organisations import OFFICES
from kesher.demo.visitors import EVERYBODY, PASSWORD

register = template.Library()


@register.inclusion_tag("demo/log_ins.html", takes_context=True)
def demo_log_ins(context: template.Context) -> dict[str, Any]:
    """One line for each member of staff: who they are, where, and a button. Both must say demo, as in ``DemoOnly``."""
    shown = settings.DEMO and Portal.objects.filter(is_demo=True).exists()
    return {
        "people": [
            {"visitor": visitor, "office": OFFICES[visitor.office].name}
            for visitor in EVERYBODY
            if shown and visitor.role
        ],
        "password": PASSWORD,
        "csrf_token": context.get("csrf_token"),
    }
