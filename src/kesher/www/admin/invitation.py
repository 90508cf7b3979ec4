"""The page behind the link of an invitation: who invites, to what, and the way in."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.contrib.auth import login, password_validation
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts import invitations
from kesher.accounts.models import Invitation, User
from kesher.base.history import Visitor, acting
from kesher.www.forms import Typed
from kesher.www.key_pages import guarded
from kesher.www.limits import too_many
from kesher.www.working_for import change_to

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AccountForm(Typed, forms.Form):
    """For somebody who has no account yet."""

    cleaned_by_us: ClassVar[frozenset[str]] = frozenset({"password", "again"})  # any signs may be in one

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
        help_text=gettext_lazy("As colleagues should see it."),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
        help_text=gettext_lazy("Ten characters or more; a sentence is good."),
    )
    again = forms.CharField(
        label=gettext_lazy("The password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "password" in said and "again" in said and said["password"] != said["again"]:
            self.add_error("again", _("The two passwords differ."))
        if "password" in said:
            try:
                password_validation.validate_password(
                    said["password"], User(email=self.email, name=said.get("name", ""))
                )
            except ValidationError as weak:
                self.add_error("password", weak)
        return said


class InvitationView(View):
    """Accept: logged in already, with an account, or with a new one. The key is all one needs; nobody guesses it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = self._invitation(token)
        return self._draw(request, invitation, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = self._invitation(token)
        if not invitation.is_waiting or not invitations.is_backed(invitation):
            return self._draw(request, invitation, token)
        if request.user.is_authenticated:
            return self._accept(request, invitation, request.user, token)
        if self._account(invitation) is not None:  # there is an account: they must log in to it, not make a second one
            return self._draw(request, invitation, token)
        form = AccountForm(request.POST, email=invitation.email)
        if too_many(request, "invitation", most=30, seconds=3600):
            form.add_error(None, _("That was a lot of tries from one connection. Please try again in an hour."))
        if not form.is_valid():
            return self._draw(request, invitation, token, form, status=400)
        with transaction.atomic(), acting(actor=Visitor("invitation"), reason="accept invitation"):
            user = User.objects.create_user(
                invitation.email,
                form.cleaned_data["password"],
                name=form.cleaned_data["name"],
                language=translation.get_language() or invitation.language,
            )
            # whoever holds the key has read the mail: the address is proven
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            invitations.accept(invitation, user)
        login(request, user, backend=BACKEND)
        messages.success(request, _("Welcome. Please set up the second step of logging in now, under your name above."))
        return redirect("home")

    def _accept(self, request: HttpRequest, invitation: Invitation, user: User, token: str) -> HttpResponse:
        try:
            invitations.accept(invitation, user)
        except invitations.NotInvited as refusal:
            messages.error(request, str(refusal.message))
            return redirect("invitation", token=token)
        change_to(request, invitation.organisation_id)
        messages.success(request, _("You have the role now."))
        return redirect("home")

    @staticmethod
    def _invitation(token: str) -> Invitation:
        found = invitations.find(token)
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _account(invitation: Invitation) -> User | None:
        return User.objects.filter(email__iexact=invitation.email).first()

    def _draw(
        self,
        request: HttpRequest,
        invitation: Invitation,
        token: str,
        form: AccountForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        user = request.user
        if not invitation.is_waiting:
            case, status = "over", 410
        elif not invitations.is_backed(invitation):
            case, status = "not_backed", 410
        elif user.is_authenticated:
            case = "accept" if user.email.lower() == invitation.email.lower() else "other"
        else:
            case = "new" if self._account(invitation) is None else "log_in"
        context = {
            "invitation": invitation,
            "case": case,
            "here": request.path,
            "form": form or AccountForm(email=invitation.email),
        }
        return guarded(render(request, "admin/invitation.html", context, status=status))
