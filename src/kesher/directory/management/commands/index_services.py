"""``index_services``: write all search documents anew."""

from typing import Any

from django.core.management.base import BaseCommand

from kesher.directory.search import index


class Command(BaseCommand):
    help = "Write what search reads anew, for all services. The search goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        count = index(progress=lambda done, of: self.stdout.write(f"{done:,} of {of:,}"))
        self.stdout.write(self.style.SUCCESS(f"{count:,} services indexed."))
