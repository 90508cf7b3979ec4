"""How to use the portal: a guide for each visitor, read from the files that the documents hold (``docs/users``; decision 0048).

English stands in ``docs/users``, other languages in a folder of their code beside it. Whose first line is :data:`MACHINE`
was worded by a machine, and the page says so until a person who reads it takes the line out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from kesher.accounts.roles import Role
from kesher.www.markdown import Drawn, drawn
from kesher.www.templatetags.kesher import direction_of

MACHINE: Final = "<!-- worded by a machine -->"
ENGLISH: Final = "en"
#: In an installed package beside its code (pyproject.toml), in the source tree where documents are.
PLACES: Final = (
    Path(__file__).resolve().parents[2] / "guides",
    Path(__file__).resolve().parents[4] / "docs" / "users",
)


@dataclass(frozen=True, slots=True)
class Guide:
    """``key``: the name of its file and last part of its address; ``roles``: of whom it is the guide."""

    key: str
    label: str | Promise
    about: str | Promise
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    label: str | Promise
    guides: Sequence[Guide]


GROUPS: Final = (
    Group(
        _("For you"),
        (
            Guide("visitor", _("Looking for help"), _("Find what fits, without an account and without a name.")),
            Guide("jobseeker", _("My file"), _("What is kept about you, who sees it, and how you take it back.")),
            Guide(
                "business",
                _("A business that looks for help"),
                _("Find people, train your staff, get through a hard time."),
            ),
            Guide("numbers", _("A place in numbers"), _("How a place is doing, and where each number comes from.")),
        ),
    ),
    Group(
        _("For partners"),
        (
            Guide(
                "partner",
                _("Associations, colleges and offices"),
                _("Keep your services, answer calls and referrals."),
                frozenset({Role.PROVIDER, Role.ORGANISATION_ADMIN, Role.PARTNER}),
            ),
            Guide("provider", _("Many referrals"), _("Work through a long list."), frozenset({Role.PROVIDER})),
            Guide(
                "college", _("Colleges"), _("Groups, seats, and what is asked for in vain."), frozenset({Role.COLLEGE})
            ),
            Guide(
                "employer",
                _("A business with an account"),
                _("Sign for workplaces, answer for them."),
                frozenset({Role.EMPLOYER}),
            ),
            Guide(
                "mentor", _("Mentors"), _("Offer your time, meet somebody, say how it goes."), frozenset({Role.MENTOR})
            ),
        ),
    ),
    Group(
        _("For staff"),
        (
            Guide(
                "caseworker",
                _("Caseworkers"),
                _("Files, interviews, plans, referrals, the counter."),
                frozenset({Role.CASEWORKER, Role.REFERRER}),
            ),
            Guide(
                "officer",
                _("Officers and moderators"),
                _("Keep the directory and its rules true."),
                frozenset({Role.OFFICER, Role.MODERATOR, Role.AUDITOR}),
            ),
            Guide(
                "administrator",
                _("Administrators"),
                _("The first week, colleagues and roles."),
                frozenset({Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN}),
            ),
        ),
    ),
)
GUIDES: Final = {guide.key: guide for group in GROUPS for guide in group.guides}


@dataclass(frozen=True, slots=True)
class Read:
    """A guide as it is there: in which language, and whether a machine worded it."""

    language: str
    by_machine: bool
    text: str


@cache
def folder() -> Path:
    return next(place for place in PLACES if place.is_dir())


def read(key: str, language: str) -> Read:
    """In this language, or in English where it is in no other."""
    for code in (language, ENGLISH):
        file = folder() / ("" if code == ENGLISH else code) / f"{key}.md"
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            marked = text.startswith(MACHINE)
            return Read(code, marked, text.removeprefix(MACHINE).lstrip())
    raise FileNotFoundError(key)


@cache
def _shown(key: str, language: str, _page: str) -> tuple[Read, Drawn]:
    """``_page``: the language of the addresses in it."""
    found = read(key, language)
    return found, drawn(found.text, link=_link)


def _link(written: str) -> str | None:
    """Guides lead to one another; documents that are for whoever runs the server are not part of the portal."""
    key, _dot, end = written.removeprefix("../").partition(".")  # from a translation to one that is in English only
    return reverse("guide", args=[key]) if key in GUIDES and end == "md" else None


class GuidesView(TemplateView):
    """All guides; first those of whoever is signed in."""

    template_name = "front/guides/all.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        roles = {one.role for one in user.memberships_in_force} if user.is_authenticated else set()
        mine = [guide for guide in GUIDES.values() if guide.roles & roles]
        return super().get_context_data(groups=GROUPS, mine=mine, **kwargs)


class GuideView(TemplateView):
    """One guide. ``?english`` shows the English one where another is shorter, or not understood."""

    template_name = "front/guides/guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        guide = GUIDES.get(kwargs["key"])
        if guide is None:
            raise Http404
        page = translation.get_language() or ENGLISH
        found, shown = _shown(guide.key, ENGLISH if "english" in self.request.GET else page, page)
        return super().get_context_data(
            guide=guide,
            title=shown.title,
            body=shown.body,
            written_in=found.language,
            written_towards=direction_of(found.language),
            is_other=found.language != page,
            machine=found.by_machine,
            **kwargs,
        )
