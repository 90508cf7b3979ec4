"""An organisation that is not here yet asks to be let in."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base.transitions import Refused
from kesher.directory.registration import register_organisation
from kesher.www.limits import too_many
from kesher.www.provider.services.forms import RegisterForm
from kesher.www.working_for import change_to


class RegisterView(LoginRequiredMixin, View):
    """Register your organisation."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, RegisterForm(kinds=Organisation.Kind.choices))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.POST, kinds=Organisation.Kind.choices)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        if too_many(request, "register", most=5, seconds=3600):
            form.add_error(None, _("That was a lot of organisations from one connection. Please try again in an hour."))
            return self._draw(request, form, status=400)
        names = ("name", "kind", "registration_number", "description", "email", "website")
        try:
            organisation = register_organisation(request.user, **{name: form.cleaned_data[name] for name in names})  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._draw(request, form, status=400)
        change_to(request, organisation.pk)
        messages.success(request, _("Thank you. A moderator will look at it; meanwhile you can prepare your services."))
        return redirect("provider_services")

    @staticmethod
    def _draw(request: HttpRequest, form: RegisterForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "texts": form.groups(),
            "errors": form.told(),
            "site_languages": settings.LANGUAGES,
        }
        return render(request, "provider/register.html", context, status=status)


@login_required
@require_POST
def ask_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A refused organisation asks once more, its page having been mended or the question answered."""
    user = request.user
    own = [m.organisation_id for m in user.memberships_in_force if m.role == Role.ORGANISATION_ADMIN]  # type: ignore[union-attr]
    organisation = Organisation.objects.filter(pk=pk, pk__in=own).first()
    if organisation is None:
        raise Http404
    try:
        ORGANISATION_STATES.apply(organisation, "ask again", by=user.as_actor(pk))  # type: ignore[union-attr]
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("provider_services")
