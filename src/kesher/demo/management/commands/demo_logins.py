"""``demo_logins``: who one can be in the demo town, one line each."""

from typing import Any

from django.core.management.base import BaseCommand

from kesher.demo.visitors import PASSWORD, VISITORS


class Command(BaseCommand):
    help = "Print the demo's log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Demo log-ins (password of all: {PASSWORD})")
        for visitor in VISITORS:
            self.stdout.write(f"  {visitor.email:24} {visitor.title}")
