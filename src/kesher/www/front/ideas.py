"""Which idea of local brokering is where in the product: what is there today, with the way to it, and what is to come."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView


@dataclass(frozen=True, slots=True)
class Idea:
    """``today``: what one can do here now, and ``room``, URL name of the page where; both or neither. ``for_staff``,
    ``for_people``: that page asks for a log-in, of who works here or of who has a file. ``coming``: what is not built yet."""

    heading: str | Promise
    icon: str
    today: str | Promise = ""
    room: str = ""
    for_staff: bool = False
    for_people: bool = False
    coming: str | Promise = ""

    @property
    def url(self) -> str:
        return reverse(self.room) if self.room else ""


IDEAS: tuple[Idea, ...] = (
    Idea(
        _("A first contact that listens"),
        "hand-heart",
        today=_(
            "Say what you need in your own words, in any language. We ask at most five questions. Each result says why."
        ),
        room="find_person",
    ),
    Idea(
        _("One place for everything"),
        "store",
        today=_("The services of many partners stand in one list. Those who run them keep their pages true."),
        room="services",
    ),
    Idea(
        _("For employers as much as for people"),
        "briefcase",
        today=_("A small business has a door of its own: finding people, training, wages, advice."),
        room="find_business",
        coming=_("A business will also write its own vacancies here."),
    ),
    Idea(
        _("Convene: bring to one table all who can help"),
        "users",
        today=_(
            "Partners sign one agreement of the table, or one with each other. Who may send people to whom stands here."
        ),
        room="agreements",
        for_staff=True,
        coming=_("Partners will meet, read the same numbers, and promise what each of them will do."),
    ),
    Idea(
        _("Local data"),
        "activity",
        today=_("The town reads its own numbers beside those of places like it. Each number says where it comes from."),
        room="insights",
        coming=_("The table will see where people are short, and what changed since it last met."),
    ),
    Idea(
        _("Help all around a person"),
        "heart-handshake",
        today=_("One plan holds together what several partners do for one person. The person says who may see it."),
        room="caseworker_today",
        for_staff=True,
    ),
    Idea(
        _("As much support as is needed"),
        "clipboard-list",
        today=_("Whoever waits longest or has most at stake stands first on a caseworker's day, with the reason."),
        room="caseworker_today_how",
        for_staff=True,
        coming=_("A caseworker will decide, with reasons: from help to help oneself to a team around a family."),
    ),
    Idea(
        _("Recognition of what people can do"),
        "graduation-cap",
        today=_(
            "Write what you can do, in your own words. You see what this work or skill is called here."
            " Whoever has a file follows the recognition of a diploma there, step by step."
        ),
        room="words",
        coming=_("What you learned elsewhere will be named in the words that employers here know."),
    ),
    Idea(
        _("Settling where there is a place"),
        "house",
        coming=_("Households and towns will find each other by what each needs and offers."),
    ),
    Idea(
        _("What works"),
        "star",
        today=_("Some weeks after help has ended we ask one question: did it help?"),
        room="my_answers",
        for_people=True,
        coming=_("What helped will be counted, and handed on."),
    ),
)


class IdeasView(TemplateView):
    """The page about the portal: its ideas, and where each can be seen."""

    template_name = "front/ideas.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = [idea for idea in IDEAS if idea.today]
        return super().get_context_data(**kwargs, here=here, coming=[idea for idea in IDEAS if not idea.today])
