"""``demo_logins``: who one can be in the demo town, one line each."""

from typing import Any

from django.core.management.base import BaseCommand

from kesher.demo.visitors import EVERYBODY, PASSWORD


class Command(BaseCommand):
    help = "Print the demo's log-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Demo log-ins (password of all: {PASSWORD})")
        for visitor in EVERYBODY:
            self.stdout.write(f"  {visitor.email:28} {visitor.title['en']}: {visitor.name}")
