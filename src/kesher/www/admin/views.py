"""The first week, and the table to fill in."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from kesher.accounts.roles import Role
from kesher.formats.tables import template_csv
from kesher.www.admin.first_week import MAY_SEE, tasks


class FirstWeekView(LoginRequiredMixin, TemplateView):
    """What an office with an empty portal does first. For administrators of the platform or of an organisation."""

    template_name = "admin/first_week.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_role(*MAY_SEE):
            raise PermissionDenied(_("This page is for administrators."))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.request.user.is_authenticated  # LoginRequiredMixin has seen to it
        found = tasks(self.request.user)
        return super().get_context_data(
            tasks=found,
            done=sum(task.done for task in found),
            names_portal=self.request.user.has_role(Role.PLATFORM_ADMIN),
            **kwargs,
        )


@require_safe
def services_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in with one's services, in the page's language, with an example row. Anybody may have it."""
    # The byte order mark makes spreadsheet programs read Hebrew and Arabic as what they are.
    return HttpResponse(
        "\ufeff" + template_csv(translation.get_language() or "en"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="services.csv"'},
    )
