"""The coding field: what somebody writes of their work, in any language, and which occupation or skill is meant.

    class Vacancy(WithCoding, forms.Form):
        occupation = CodingField(kind="occupation", label=_("Whom do you look for?"))

    vacancy.cleaned_data["occupation"].candidate        # None when "none of these" was chosen

Without a script the field is a round trip: words, a press on "Find", a choice among what is proposed, each with what
matched. With one (``kesher/coding.js``) the proposals come as one types. A person chooses; nothing is chosen beforehand.
Pages with this field also load ``kesher/coding.css`` and ``kesher/coding.js``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher import words
from kesher.engine.coding import Answer, Candidate, Coding
from kesher.words.coders import loaded
from kesher.words.models import LONGEST_WORDS
from kesher.words.vocabularies import OCCUPATION
from kesher.www.forms import readable
from kesher.www.languages import language_name

#: The choice of whom nothing on the list suits.
NONE: Final = "none"
FIND: Final = "-find"
CHOICE: Final = "-choice"

#: From which confidence on a proposal is called what; figures mean little to most, and these are no promises.
LIKELY: Final[tuple[tuple[float, str | Promise], ...]] = (
    (0.9, _("almost certain")),
    (0.6, _("likely")),
    (0.3, _("possible")),
    (0.1, _("not sure")),
    (0.0, _("a guess")),
)


def in_words(confidence: float) -> str:
    """How sure a confidence is (0 to 1), as people say it."""
    return str(next(said for least, said in LIKELY if confidence >= least))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal as a page shows it. `names`, `matched`, `narrower`: language -> text, for the filter ``words``."""

    uri: str
    isco08: str
    names: Mapping[str, str]
    matched: Mapping[str, str]
    matched_language: str
    likely: str
    narrower: Mapping[str, str]  # the occupation of ESCO within the unit group, empty where none is known


def suggestions(coding: Coding, kind: str) -> list[Suggestion]:
    """What a coding proposes, in its order. What the lists have lost since goes by the label it was proposed with."""
    known = loaded(kind)
    return [
        suggestion(
            uri=one.uri,
            isco08=one.isco08,
            names=concept.names if (concept := known.concept(one.uri)) else {"und": one.label},
            matched=one.matched,
            language=one.matched_language,
            confidence=one.confidence,
            narrower=known.coder.vocabulary.narrower.get(one.narrower) or _only(one.narrower_label),
        )
        for one in coding.candidates
    ]


def suggestion(
    *,
    uri: str,
    isco08: str,
    names: Mapping[str, str],
    matched: str,
    language: str,
    confidence: float,
    narrower: Mapping[str, str],
) -> Suggestion:
    """A proposal from its parts; `matched` is a label in `language`, `confidence` goes from 0 to 1."""
    return Suggestion(
        uri=uri,
        isco08=isco08,
        names=names,
        matched={language: matched},
        matched_language=language_name(language),
        likely=in_words(confidence),
        narrower=narrower,
    )


def _only(label: str) -> Mapping[str, str]:
    return {"und": label} if label else {}


@dataclass(frozen=True, slots=True)
class Coded:
    """What the field holds: the words, what was chosen ("": nothing yet), and what was proposed when they were checked."""

    text: str = ""
    choice: str = ""
    coding: Coding | None = None

    @property
    def candidate(self) -> Candidate | None:
        """The proposal that was chosen; None for "none of these"."""
        candidates = self.coding.candidates if self.coding else ()
        return next((one for one in candidates if one.uri == self.choice), None)


def answers_of(
    text: str, *, kind: str, name: str, identity: str, choice: str = "", proposed: Coding | None = None
) -> dict[str, Any]:
    """What ``forms/coding_answers.html`` shows for these words. `name`, `identity`: of the field they stand in.

    `proposed`: what was proposed for words that stood in a text, shown while the words are still the same.
    """
    text = " ".join(text.split())[:LONGEST_WORDS]
    coding = proposed if proposed is not None and is_same(text, proposed) else None
    if coding is None and text:
        coding = words.code(text, language=translation.get_language() or "", kind=kind)
    return {
        "name": name + CHOICE,
        "identity": identity,
        "choice": choice,
        "coding": coding,
        "nothing": coding is not None and coding.answer is Answer.NONE,
        "question": coding.question if coding else "",
        "suggestions": suggestions(coding, kind) if coding else [],
        "none": NONE,
    }


def is_same(text: str, proposed: Coding) -> bool:
    """Whether these are the words that something was proposed for; blanks do not count."""
    return " ".join(text.split()) == " ".join(proposed.text.split())[:LONGEST_WORDS]


class CodingWidget(forms.TextInput):
    """The words, the button that finds, and what was found."""

    template_name = "forms/coding.html"
    is_coding = True

    def __init__(self, kind: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "auto", "autocomplete": "off", "maxlength": LONGEST_WORDS} | (attrs or {}))
        self.kind = kind
        #: Name of the form's field that says which kind is looked for, where the visitor chooses; "" = always `kind`.
        self.kind_from = ""
        #: What was proposed for the words that stand in the field at first, where their text says more than they do.
        self.proposed: Coding | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Coded:
        return Coded(text=data.get(name) or "", choice=data.get(name + CHOICE) or "")

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        coded = value if isinstance(value, Coded) else Coded(text=value or "")
        context = super().get_context(name, coded.text, attrs)
        identity = context["widget"]["attrs"].get("id", name)
        return context | {
            "find": name + FIND,
            "kind": self.kind,
            "kind_from": self.kind_from,
            "suggest": reverse("words_suggest"),
            "answers": answers_of(
                coded.text,
                kind=self.kind,
                name=name,
                identity=identity,
                choice=coded.choice,
                proposed=self.proposed,
            ),
        }


class CodingField(forms.Field):
    """Words and what is meant by them. Cleans to :class:`Coded`, or to None when it is optional and empty."""

    widget: CodingWidget
    default_error_messages = {
        "required": _("Write what it is, in your own words."),
        "long": _("That is a lot of words. Write the name of the work, or the most important sentence."),
        "choose": _("Choose what is meant, or “none of these”."),
        "changed": _("The words have changed. Choose once more."),
    }

    def __init__(self, *, kind: str = OCCUPATION, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(widget=CodingWidget(kind), **kwargs)

    def propose(self, coding: Coding) -> None:
        """Propose this for the words it was made of, and for other words what they mean by themselves."""
        self.widget.proposed = coding

    def look_for(self, kind: str, *, chosen_in: str) -> None:
        """Look for another kind: the visitor chooses it in the form's field `chosen_in`."""
        self.kind = self.widget.kind = kind
        self.widget.kind_from = chosen_in

    def clean(self, value: Any) -> Coded | None:
        coded = value if isinstance(value, Coded) else Coded(text=value or "")
        text = " ".join(coded.text.split())
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if len(text) > LONGEST_WORDS:
            raise ValidationError(self.error_messages["long"], code="long")
        readable(coded.text)  # as it was sent: some of such signs count as blanks, and would be gone by now
        proposed = self.widget.proposed
        if proposed is not None and is_same(text, proposed):
            checked = replace(coded, text=text, coding=proposed)
            if coded.choice and (coded.choice == NONE or checked.candidate is not None):
                return checked
        coding = words.code(text, language=translation.get_language() or "", kind=self.kind)
        checked = replace(coded, text=text, coding=coding)
        if not coded.choice:
            raise ValidationError(self.error_messages["choose"], code="choose")
        if coded.choice != NONE and checked.candidate is None:
            raise ValidationError(self.error_messages["changed"], code="changed")
        return checked


class WithCoding(forms.BaseForm):
    """A form with coding fields: a press on "Find" shows what is proposed and refuses nothing yet."""

    @property
    def is_looking(self) -> bool:
        """Whether it was sent by the button of one of its coding fields."""
        finds = (self.add_prefix(name) + FIND for name in self._coding_fields())
        return self.is_bound and any(find in self.data for find in finds)

    def full_clean(self) -> None:
        if self.is_looking:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def is_valid(self) -> bool:
        return not self.is_looking and super().is_valid()

    def _coding_fields(self) -> Iterable[str]:
        return [name for name, field in self.fields.items() if isinstance(field, CodingField)]
