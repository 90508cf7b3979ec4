"""For the caretaker: is the process alive, and can it answer people?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_migrated = False


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; asks nothing of the database."""
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and every migration is applied, else 503 with the reason."""
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:  # asked once per process: migrations are applied before a new version starts
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return JsonResponse({"status": "not ready", "reason": "migrations are waiting"}, status=503)
            _migrated = True
    except Exception as error:
        return JsonResponse({"status": "not ready", "reason": f"database: {type(error).__name__}"}, status=503)
    return JsonResponse({"status": "ready"})
