"""Asking to be called: a short form, a page of thanks, and the way to take it back. No account, no script, no trace."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.directory import call_backs
from kesher.directory.duplicates import kept_instead_of
from kesher.directory.models import CallBack, Kind, Phone, Service
from kesher.directory.models.call_backs import GONE
from kesher.www import errors
from kesher.www.forms import Typed
from kesher.www.front.services.views import article, with_all_a_page_shows
from kesher.www.front.texts import ask_for_text, gateway, used_up_for_today
from kesher.www.key_pages import guarded
from kesher.www.languages import language_name
from kesher.www.limits import too_many, too_often

HOUR, DAY = 3600, 24 * 3600
MOST_PER_CONNECTION = 20  # an hour; one address may be a whole library, or a telephone company's customers
MOST_TEXTS = 3  # an hour from one connection
MOST_PER_NUMBER = 6  # a day, over all services: nobody's telephone is to be made ring by others
FEWEST_DIGITS, MOST_DIGITS = 7, 15  # of a telephone number with its area code; ITU-T E.164


class CallBackForm(Typed, forms.Form):
    """What one needs to call somebody, and nothing more."""

    called = forms.CharField(
        label=gettext_lazy("How shall we call you?"),
        help_text=gettext_lazy("A first name is enough."),
        max_length=80,
        error_messages={"required": gettext_lazy("Write a name, any you like.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "given-name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Your telephone number"),
        max_length=40,
        error_messages={"required": gettext_lazy("Without a number nobody can call.")},
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("In which language?"))
    when = forms.MultipleChoiceField(
        label=gettext_lazy("When is a good time?"),
        required=False,
        choices=CallBack.When.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("Anything we should know?"),
        help_text=gettext_lazy("No identity number, please, and nothing about your health."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("I agree"),
        error_messages={"required": gettext_lazy("Tick this box. If you do not agree, we send nothing.")},
    )
    # People do not see this field; programs that fill in every field do.
    website = forms.CharField(required=False, label=gettext_lazy("Leave this empty"))

    def __init__(self, *args: Any, spoken: Iterable[str] = (), **kwargs: Any) -> None:
        """``spoken``: codes of further languages that the service speaks."""
        super().__init__(*args, **kwargs)
        ours = dict(settings.LANGUAGES)
        more = {code: language_name(code) for code in spoken if code not in ours}
        self.fields["language"].choices = [*ours.items(), *more.items()]  # type: ignore[attr-defined]

    @property
    def is_a_program(self) -> bool:
        return bool(self.data.get("website"))

    def clean_phone(self) -> str:
        number: str = self.cleaned_data["phone"]
        digits = call_backs.digits_of(number).lstrip("+")
        if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or any(sign.isalpha() for sign in number):
            raise forms.ValidationError(_("This does not look like a telephone number."))
        return number


class CallBackView(View):
    """The form; where nobody could answer, the number to ring instead."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        service = self._service(pk)
        if service is None:
            return errors.gone(request)
        form = CallBackForm(initial={"language": translation.get_language()}, spoken=self._spoken(service))
        return self._draw(request, service, form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What was typed is never lost, and never in an address."""
        service = self._service(pk)
        if service is None:
            return errors.gone(request)
        form = CallBackForm(request.POST, spoken=self._spoken(service))
        if form.is_a_program:
            return redirect("service", pk=pk)
        if not form.is_valid():
            return self._draw(request, service, form, status=400)
        told = {name: form.cleaned_data[name] for name in ("called", "phone", "language", "when", "note")}
        if too_many(request, "call-back", most=MOST_PER_CONNECTION, seconds=HOUR) or too_often(
            call_backs.line_of(told["phone"]), "called-back", most=MOST_PER_NUMBER, seconds=DAY
        ):
            form.add_error(None, _("That was a lot of requests. Please call yourself, or try again tomorrow."))
            return self._draw(request, service, form, status=429)
        try:
            key = call_backs.ask(service, **told)
        except call_backs.CannotBeAsked:  # since the form was opened
            return self._draw(request, service, form, status=400)
        return redirect("call_back_thanks", key=key)

    @staticmethod
    def _draw(request: HttpRequest, service: Service, form: CallBackForm, status: int = 200) -> HttpResponse:
        possible = call_backs.can_be_asked(service)
        context = {
            "service": service,
            "form": form if possible else None,
            "call": None if possible and status != 429 else number_to_ring(service),
            "until": timezone.now() + GONE,
        }
        return render(request, "front/call_back.html", context, status=status)

    @staticmethod
    def _service(pk: UUID) -> Service | None:
        """A public one, whoever looks; None for one that was public and has ended."""
        services = Service.objects.select_related("organisation").prefetch_related("languages")
        if public := services.visible_to(AnonymousUser()).filter(pk=pk).first():
            return public
        if services.filter(pk=pk, state=Service.State.ARCHIVED).exists():
            return None
        raise Http404

    @staticmethod
    def _spoken(service: Service) -> list[str]:
        return [spoken.code for spoken in service.languages.all()]


def number_to_ring(service: Service) -> Phone | None:
    """The number at the top of the service's own page."""
    whole = with_all_a_page_shows(Service.objects.filter(pk=service.pk)).get()
    number: Phone | None = article(whole)["call"]
    return number


class WithKey(View):
    """A page behind the key of one request."""

    template_name = ""

    def draw(self, request: HttpRequest, asked: call_backs.Asked | None, **more: Any) -> HttpResponse:
        context: dict[str, Any] = {"asked": asked, **more}
        if asked is not None:
            services = Service.objects.visible_to(AnonymousUser()).select_related("organisation")
            about = kept_instead_of(Kind.SERVICE, asked.service_id) or asked.service_id
            context["service"] = service = services.filter(pk=about).first()
            context["call"] = number_to_ring(service) if service else None
            context["calls"] = call_backs.somebody_calls(asked)
        return guarded(render(request, self.template_name, context, status=200 if asked else 410))

    @staticmethod
    def asked(key: str) -> call_backs.Asked | None:
        """What was asked; None when its time is over; no such page when it never was."""
        try:
            asked = call_backs.asked_with(key)
        except call_backs.Expired:
            return None
        if asked is None:
            raise Http404
        return asked


class CallBackThanksView(WithKey):
    """What happens next, the link that takes it back, and what one asked about on one's own telephone."""

    template_name = "front/call_back_thanks.html"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.draw(request, self.asked(key), key=key, texts=gateway() is not None)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """One text message, to the number of the request. The answer is the same whether there is such a request."""
        asked = self.asked(key)
        if asked is None or gateway() is None:
            return self.get(request, key)
        if too_many(request, "text", most=MOST_TEXTS, seconds=HOUR) or used_up_for_today():
            response = self.draw(request, asked, key=key, texts=True, refused=True)
            response.status_code = 429
            return response
        ask_for_text(asked)
        return self.draw(request, asked, key=key, texted=True)


class CallBackTakeBackView(WithKey):
    """Looking changes nothing; a button erases. What one sees does not tell whether there was anything to erase."""

    template_name = "front/call_back_take_back.html"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.draw(request, self.asked(key))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        asked = self.asked(key)
        if asked is not None:
            call_backs.take_back(asked)
        return self.draw(request, asked, done=True)
