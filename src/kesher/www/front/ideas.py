"""Which idea of local brokering is where in the product, each with the way to it where it is there already."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView


@dataclass(frozen=True, slots=True)
class Idea:
    """``where``: what of it is, or will be, in this portal; ``room``: URL name of a page that shows it."""

    heading: str | Promise
    where: str | Promise
    room: str
    icon: str

    @property
    def url(self) -> str:
        """Empty while the room is not built."""
        try:
            return reverse(self.room)
        except NoReverseMatch:
            return ""


IDEAS: tuple[Idea, ...] = (
    Idea(
        _("Convene: bring to one table all who can help"),
        _("Partners meet, read the same numbers, and promise what each of them does."),
        "convening_table",
        "users",
    ),
    Idea(
        _("A first contact that listens"),
        _("Own words in any language, at most five questions, and the reasons for each answer."),
        "find_person",
        "hand-heart",
    ),
    Idea(
        _("One place for everything"),
        _("Every programme of every partner in one directory, kept true by those who run it."),
        "services",
        "store",
    ),
    Idea(
        _("For employers as much as for people"),
        _("The same door for a small business: people, training, wages, advice."),
        "find_business",
        "briefcase",
    ),
    Idea(
        _("Local data"),
        _("The town in its own numbers, compared with places like it, each with its source."),
        "area_profile",
        "activity",
    ),
    Idea(
        _("Help all around a person"),
        _("Several needs at once, and one plan that holds together what the partners do."),
        "my_plan",
        "heart-handshake",
    ),
    Idea(
        _("As much support as is needed"),
        _("From helping oneself to a team around a family, decided by a person who gives reasons."),
        "caseworker_today",
        "clipboard-list",
    ),
    Idea(
        _("Recognition of what people can do"),
        _("What was learned elsewhere is named in the words of the labour market here."),
        "my_profile",
        "graduation-cap",
    ),
    Idea(
        _("Settling where there is a place"),
        _("Households and towns find each other by what each needs and offers."),
        "settling",
        "house",
    ),
    Idea(
        _("What works"),
        _("Outcomes are followed up, and practices that helped are handed on."),
        "evidence",
        "star",
    ),
)


class IdeasView(TemplateView):
    """The page about the portal: its ideas, and where each can be seen."""

    template_name = "front/ideas.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, ideas=IDEAS)
