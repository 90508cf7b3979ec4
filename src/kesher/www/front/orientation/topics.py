"""What businesses come for, as tiles: each stands for a theme of our own, or, in a town whose services do not carry it, for
words to search with in the reader's language."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Topic:
    code: str
    theme: str
    heading: str | Promise
    what: str | Promise
    words: str | Promise
    icon: str

    def query(self, themes: Container[str]) -> str:
        """What an address says to ask for it. ``themes``: those that services here carry."""
        return urlencode({"need": self.theme} if self.theme in themes else {"topic": self.code})


TOPICS: tuple[Topic, ...] = (
    Topic(
        "people",
        "business:people",
        _("Find people"),
        _("Say in one sentence whom you need, when and where. Employment services look with you."),
        pgettext_lazy("words to search with", "find staff"),
        "users",
    ),
    Topic(
        "training",
        "business:training",
        _("Train your staff"),
        _("Courses, Hebrew at work, and certificates that count, for people who already work for you."),
        pgettext_lazy("words to search with", "train my staff"),
        "graduation-cap",
    ),
    Topic(
        "keeping",
        "business:keeping",
        _("Keep your staff"),
        _("Adapt a place of work, know the law, end an argument."),
        pgettext_lazy("words to search with", "workers rights employer"),
        "handshake",
    ),
    Topic(
        "money",
        "business:money",
        _("Help with money, and loans"),
        _("Help to pay and to train your workers, loans on good terms."),
        pgettext_lazy("words to search with", "wage subsidy, loan for a business"),
        "wallet",
    ),
    Topic(
        "starting",
        "business:starting",
        _("Start a business"),
        _("From an idea to a plan, at home or in a shop, with the taxes in plain words."),
        pgettext_lazy("words to search with", "start a business"),
        "store",
    ),
    Topic(
        "growing",
        "business:growing",
        _("Grow, or get through a hard time"),
        _("Advice from people who have led a business: numbers, customers, a way out of trouble."),
        pgettext_lazy("words to search with", "business advice"),
        "sprout",
    ),
    Topic(
        "permits",
        "business:permits",
        _("Permits and rules"),
        _("Which licence you need, in which order, and what each costs."),
        pgettext_lazy("words to search with", "business licence"),
        "file-text",
    ),
)


def tiles_of(themes: Container[str]) -> Sequence[tuple[Topic, str]]:
    """The topics, each with what its address asks. ``themes``: those that services here carry."""
    return [(topic, topic.query(themes)) for topic in TOPICS]


def words_of(code: str) -> str:
    """The words that a topic stands for; none for a topic nobody knows."""
    return next((str(topic.words) for topic in TOPICS if topic.code == code), "")
