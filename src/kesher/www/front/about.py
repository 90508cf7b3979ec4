"""The pages about the portal itself: what it promises, what it keeps, how it is, what it is made of."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import ListView, TemplateView

from kesher.base.models import OutgoingMail, Portal
from kesher.base.privacy import LegalBasis, PersonalData, Retention, declaration, declared_models
from kesher.directory.models import NamedOfficer
from kesher.www.coverage import coverage
from kesher.www.declared import MOMENTS, PURPOSES
from kesher.www.front.design import WRITTEN, DesignCodingForm, DesignForm
from kesher.www.front.texts import gateway
from kesher.www.recipients import recipients_of

LEGAL_BASES: Mapping[LegalBasis, Any] = {
    LegalBasis.CONSENT: gettext_lazy("you agreed"),
    LegalBasis.CONTRACT: gettext_lazy("needed for what we agreed with you"),
    LegalBasis.LEGAL_OBLIGATION: gettext_lazy("the law requires it"),
    LegalBasis.PUBLIC_TASK: gettext_lazy("needed for a public task"),
    LegalBasis.LEGITIMATE_INTEREST: gettext_lazy("needed to run the service, and weighed against your interests"),
}


def in_words(keep: timedelta) -> str:
    """A span of time as people say it: whole years, else months of 30 days, else days."""
    days = keep.days
    if days >= 365 and days % 365 == 0:
        return ngettext("%(count)d year", "%(count)d years", days // 365) % {"count": days // 365}
    if days >= 60 and days % 30 == 0:
        return ngettext("%(count)d month", "%(count)d months", days // 30) % {"count": days // 30}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _kept(declared: PersonalData) -> str:
    """Until when, as a sentence."""
    keeps = declared.retention
    if isinstance(keeps, Retention):
        when = {"time": in_words(keeps.keep), "moment": MOMENTS[keeps.after]}
        return _("Erased %(time)s after %(moment)s.") % when
    return _("Kept %(reason)s.") % {"reason": _(keeps.reason)}


def declarations() -> list[dict[str, Any]]:
    """What is kept about people, in the reader's language: by whom it concerns, each purpose once.

    Several tables may serve one purpose; the reader is told of it once, with everything it keeps.
    """
    serving: dict[str, list[PersonalData]] = {}
    for model in declared_models():
        declared = declaration(model)
        if isinstance(declared, PersonalData):
            serving.setdefault(declared.purpose, []).append(declared)
    return [
        {
            "heading": heading,
            "recipients": recipients_of(heading),
            "purposes": [
                {
                    "purpose": _(purpose),
                    "said": list(dict.fromkeys(_(word) for one in serving[purpose] for word in one.said)),
                    "kept": list(dict.fromkeys(_kept(one) for one in serving[purpose])),
                    "bases": list(dict.fromkeys(LEGAL_BASES[one.legal_basis] for one in serving[purpose])),
                }
                for purpose in purposes
            ],
        }
        for heading, purposes in PURPOSES.items()
    ]


class AccessibilityView(TemplateView):
    """What we promise about access, how we check it, what is not good yet, whom to tell."""

    template_name = "front/accessibility.html"


class PrivacyView(TemplateView):
    """Written from the declarations the database models carry, so that it cannot fall behind them."""

    template_name = "front/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        officers = {officer.kind: officer for officer in NamedOfficer.objects.in_force()}
        return super().get_context_data(
            groups=declarations(), texts=gateway() is not None, officers=list(officers.values()), **kwargs
        )


def last_backup(folder: Path) -> datetime | None:
    """When the newest backup in ``folder`` was written; ``None`` when there is none we know of."""
    try:
        times = [entry.stat().st_mtime for entry in folder.iterdir() if entry.is_file()]
    except OSError:
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


def database_version() -> str:
    """The version of PostgreSQL that answers; empty when none does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0]).split()[0]
    except DatabaseError:
        return ""


def portal_version() -> str:
    try:
        return version("kesher")
    except PackageNotFoundError:  # run from a source tree that is not installed
        from kesher import __version__

        return __version__


class StatusView(TemplateView):
    """How the portal is: languages, database, version, last backup."""

    template_name = "front/status.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            coverage=coverage(),
            complete_languages=settings.COMPLETE_LANGUAGES,
            database_version=database_version(),
            version=portal_version(),
            last_backup=last_backup(settings.ENVIRONMENT.data / "backups"),
            **kwargs,
        )


def source_url() -> str:
    """Where the source code is, as the package's metadata says; empty when it does not."""
    try:
        links = metadata("kesher").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    named = dict(link.split(", ", 1) for link in links)
    return named.get("Source") or named.get("Repository") or ""


class SoftwareView(TemplateView):
    """What the portal is made of, under which licence, and where to get it."""

    template_name = "front/software.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(version=portal_version(), source_url=source_url(), **kwargs)


class OutboxView(ListView):  # type: ignore[type-arg]  # Django's own class is not generic at run time
    """The mail the demo would have sent. There is no such page on a real portal."""

    template_name = "front/outbox.html"
    paginate_by = 20
    queryset = OutgoingMail.objects.order_by("-id")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Both the settings and the database must say demo, and no cache: mails hold links that open accounts.
        if not settings.DEMO or not Portal.objects.filter(is_demo=True).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]


class DesignView(TemplateView):
    """Every component in every state, for those who build pages and for the tests that photograph them."""

    template_name = "front/design.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wrong: forms.Form = DesignForm({"wrong-email": "olena@", "wrong-language": ["he"]}, prefix="wrong")
        wrong.is_valid()
        return super().get_context_data(
            empty_form=DesignForm(prefix="empty"),
            wrong_form=wrong,
            coding_form=DesignCodingForm(),
            coding_found=[DesignCodingForm(said, prefix=prefix) for prefix, said in WRITTEN.items()],
            page=Paginator(range(200), 10).page(7),
            colours=("accent", "brand1", "neutral", "success", "warning", "danger", "info"),
            variants=("primary", "secondary", "tertiary"),
            **kwargs,
        )
