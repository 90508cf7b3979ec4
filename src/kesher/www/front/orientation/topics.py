"""What businesses come for, as tiles: each stands for words to search with, in the reader's language."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Topic:
    code: str
    heading: str | Promise
    what: str | Promise
    words: str | Promise
    icon: str


TOPICS: tuple[Topic, ...] = (
    Topic(
        "people",
        _("Find people"),
        _("Say in one sentence whom you need, when and where. Employment services look with you."),
        pgettext_lazy("words to search with", "find staff"),
        "users",
    ),
    Topic(
        "training",
        _("Train your staff"),
        _("Courses, Hebrew at work, recognised certificates for people you already employ."),
        pgettext_lazy("words to search with", "train my staff"),
        "graduation-cap",
    ),
    Topic(
        "keeping",
        _("Keep your staff"),
        _("Adapt a place of work, know the law, settle a quarrel."),
        pgettext_lazy("words to search with", "workers rights employer"),
        "handshake",
    ),
    Topic(
        "money",
        _("Subsidies and loans"),
        _("Help with wages and with training, loans on good terms."),
        pgettext_lazy("words to search with", "wage subsidy, loan for a business"),
        "wallet",
    ),
    Topic(
        "starting",
        _("Start and grow"),
        _("Advice, licences, loans and places to work."),
        pgettext_lazy("words to search with", "start a business"),
        "sprout",
    ),
)


def words_of(code: str) -> str:
    """The words that a topic stands for; none for a topic nobody knows."""
    return next((str(topic.words) for topic in TOPICS if topic.code == code), "")
