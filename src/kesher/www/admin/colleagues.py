"""Colleagues: who is what in an organisation, whom to invite, and whose role ends."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from kesher.accounts import invitations, memberships
from kesher.accounts.models import Invitation, Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.www.forms import Typed
from kesher.www.limits import too_many

ADMINISTRATORS = frozenset({Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN})

#: What each role may do, in a line: who invites should know what they give.
WHAT_ROLES_DO = {
    Role.PLATFORM_ADMIN: gettext_lazy("everything in the portal"),
    Role.AUDITOR: gettext_lazy("reads logs and reports"),
    Role.ORGANISATION_ADMIN: gettext_lazy("invites colleagues, edits all services of the organisation"),
    Role.OFFICER: gettext_lazy("keeps the whole directory, loads lists, chooses areas"),
    Role.MODERATOR: gettext_lazy("lets organisations in, reads reports of mistakes"),
    Role.PROVIDER: gettext_lazy("edits the services of the organisation"),
    Role.COLLEGE: gettext_lazy("edits the services of the college"),
}


def administered(user: User) -> QuerySet[Organisation]:
    """The organisations whose colleagues ``user`` brings in."""
    if user.has_role(Role.PLATFORM_ADMIN):
        return Organisation.objects.order_by("id")
    own = [m.organisation_id for m in user.memberships_in_force if m.role == Role.ORGANISATION_ADMIN]
    return Organisation.objects.filter(pk__in=own).order_by("id")


def link_pattern(language: str) -> str:
    """The path of the page that accepts, in the language of the invited, with a place for the key."""
    with translation.override(language):
        return reverse("invitation", kwargs={"token": invitations.TOKEN})


class InviteForm(Typed, forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), help_text=gettext_lazy("Give the least they need; a second role can follow.")
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the invitation"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        for role in map(Role, roles):
            does = WHAT_ROLES_DO.get(role)
            choices.append((role.value, f"{role.label} – {does}" if does else str(role.label)))
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = choices


def own_colleagues(request: HttpRequest) -> HttpResponse:
    """The colleagues of the organisation one works for."""
    user = request.user
    if not user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    membership = next((m for m in user.memberships_in_force if m.role in ADMINISTRATORS), None)
    if membership is None:
        raise Http404
    return redirect("colleagues_of", pk=membership.organisation_id)


class ColleaguesView(LoginRequiredMixin, View):
    """One organisation: members, open invitations, and the form that invites."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organisation = self._organisation(request, pk)
        return self._draw(request, organisation, self._form(request, organisation))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organisation = self._organisation(request, pk)
        form = self._form(request, organisation, request.POST)
        if not form.is_valid():
            return self._draw(request, organisation, form, status=400)
        if too_many(request, "invite", most=30, seconds=3600):
            form.add_error(None, _("That was a lot of invitations from one connection. Please try again in an hour."))
            return self._draw(request, organisation, form, status=400)
        said = form.cleaned_data
        try:
            invitations.invite(
                organisation,
                said["email"],
                said["role"],
                by=request.user.as_actor(pk),  # type: ignore[union-attr]
                language=said["language"],
                link_pattern=link_pattern(said["language"]),
            )
        except invitations.NotInvited as refusal:
            form.add_error(None, str(refusal.message))
            return self._draw(request, organisation, form, status=400)
        except ValidationError as refusal:
            form.add_error("email", refusal)
            return self._draw(request, organisation, form, status=400)
        messages.success(request, _("The invitation is on its way. It works once, within two weeks."))
        return redirect("colleagues_of", pk=pk)

    @staticmethod
    def _organisation(request: HttpRequest, pk: UUID) -> Organisation:
        found = administered(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _form(request: HttpRequest, organisation: Organisation, data: Any = None) -> InviteForm:
        roles = invitations.roles_to_give(request.user.as_actor(organisation.pk))  # type: ignore[union-attr]
        language = translation.get_language() or "en"
        first = Role.OFFICER.value if Role.OFFICER in roles else Role.PROVIDER.value
        return InviteForm(data, roles=roles, initial={"role": first, "language": language})

    @staticmethod
    def _draw(request: HttpRequest, organisation: Organisation, form: InviteForm, status: int = 200) -> HttpResponse:
        user: Any = request.user
        members = (
            Membership.objects.in_force()
            .visible_to(user)
            .filter(organisation=organisation)
            .select_related("user")
            .order_by("user__name", "user__email", "role", "id")
        )
        context = {
            "organisation": organisation,
            "approved": organisation.state == Organisation.State.APPROVED,
            "form": form,
            "members": [
                {
                    "row": row,
                    "may_end": row.user_id != user.pk
                    and row.role in invitations.roles_to_give(user.as_actor(organisation.pk)),
                }
                for row in members
            ],
            "waiting": Invitation.objects.waiting().visible_to(user).filter(organisation=organisation),
            "others": administered(user).exclude(pk=organisation.pk)[:50],
        }
        return render(request, "admin/colleagues.html", context, status=status)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    user: Any = request.user
    found = Invitation.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    invitations.withdraw(found, by=user.as_actor(found.organisation_id))
    messages.success(request, _("The invitation was taken back; its link no longer works."))
    return redirect("colleagues_of", pk=found.organisation_id)


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a colleague's role. One's own, and roles one could not give, stay."""
    user: Any = request.user
    if not user.is_authenticated:
        raise Http404
    found = Membership.objects.in_force().filter(pk=pk, organisation__in=administered(user)).first()
    if found is None:
        raise Http404
    actor = user.as_actor(found.organisation_id)
    if found.user_id == user.pk or found.role not in invitations.roles_to_give(actor):
        messages.error(request, _("You cannot end this role."))
        return redirect("colleagues_of", pk=found.organisation_id)
    try:
        memberships.end_membership(found, by=actor)
        messages.success(request, _("The role has ended."))
    except memberships.StillNeeded as refusal:
        messages.error(request, str(refusal.message))
    return redirect("colleagues_of", pk=found.organisation_id)
