"""Tell it in your own words, or send a CV: several experiences at once, each shown with what it was read from, each corrected.

Three steps, each a page sent by POST: the account, what was read in it, the list as it was corrected. Nothing is kept between
them: the account goes along in the form and is read again. Of a file only its text is shown, to be corrected before
anything is made of it; the file is read in a process of its own (:mod:`kesher.formats.documents`) and is then gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from kesher.engine.coding.experiences import Reading, WordKind
from kesher.formats.documents import DOCUMENT_LIMITS, read_document
from kesher.formats.documents.limits import MIB
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import Said
from kesher.words import own_words
from kesher.words.coders import loaded
from kesher.words.typical import skills_of
from kesher.words.vocabularies import OCCUPATION
from kesher.www.front.accounts_of_work import SETTINGS, AccountForm, ExperienceForm, Told, as_sent, closed, length_said
from kesher.www.front.words import MOST_SKILLS
from kesher.www.limits import too_many
from kesher.www.uploads import Busy, looking_into_a_file

#: Of one connection in ten minutes; one address may be a whole library. A reading takes about a second.
MOST, SECONDS = 120, 600
MOST_FILES: Final = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of the account. number: of the experience it tells of, from 1; 0 for none. is_first: in it."""

    text: str
    number: int = 0
    is_first: bool = False


@method_decorator(sensitive_post_parameters(), name="dispatch")
class OwnWordsView(View):
    """The account; what was read in it; the list as it was corrected."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _draw(request, AccountForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        account = AccountForm(request.POST)
        if too_many(request, "own-words", most=MOST, seconds=SECONDS):
            return _draw(request, account, too_many=True, status=429)
        if not account.is_valid():
            return _draw(request, account, status=400)
        text, language = account.cleaned_data["text"], account.cleaned_data["language"]
        reading = own_words.read(text, language=language or translation.get_language() or "")
        places = spans_of(reading)
        if "spans" not in request.POST:
            return _draw(request, account, reading=reading, experiences=_forms(reading))
        if request.POST["spans"] != places:  # the lists have changed between two pages
            return _draw(request, account, reading=reading, experiences=_forms(reading), is_read_anew=True)
        looking = "look" in request.POST or any(name.endswith("-find") for name in request.POST)
        experiences = _forms(reading, request.POST, is_looking=looking)
        if looking:
            return _draw(request, account, reading=reading, experiences=experiences)
        valid = [form.is_valid() for form in experiences]  # each says what is wrong with it
        if not all(valid):
            return _draw(request, account, reading=reading, experiences=experiences, status=400)
        told = [_told(form) for form in experiences if not form.cleaned_data["left_out"]]
        return _draw(request, account, told=told, language=reading.language)


class FileForm(forms.Form):
    """A CV or a certificate."""

    file = forms.FileField(
        label=gettext_lazy("Your file"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


@method_decorator(sensitive_post_parameters(), name="dispatch")
class FileView(View):
    """A file; then its text, which somebody corrects before anything is made of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _draw_file(request, FileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if too_many(request, "files", most=MOST_FILES, seconds=SECONDS):
            return _draw_file(request, FileForm(), too_many=True, status=429)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return _draw_file(request, form, status=400)
        file = form.cleaned_data["file"]
        try:
            with looking_into_a_file():
                document = read_document(file.read(DOCUMENT_LIMITS.bytes + 1), file.name)
        except Busy:
            return _draw_file(request, FileForm(), is_busy=True, status=503)
        except UnreadableFile as fault:
            return _draw_file(request, FileForm(), fault=fault.said)
        account = AccountForm(initial={"text": as_sent(document.text)})
        account.fields["text"].label = _("The text of your file")
        account.fields["text"].help_text = _(
            "Correct what was read wrongly. Take out what is not about work: names, numbers, addresses."
        )
        account.fields["text"].widget.attrs["rows"] = 18
        return _draw_file(request, None, document=document, account=account)


def spans_of(reading: Reading) -> str:
    """Where the experiences stand: whether a form is about the same reading."""
    return ",".join(f"{one.span.start}-{one.span.end}" for one in reading.experiences)


def marked(reading: Reading) -> list[list[Marked]]:
    """The account in lines, with the pieces of each experience in it."""
    pieces: list[Marked] = []
    at = 0
    for number, one in enumerate(reading.experiences, 1):  # they stand one behind another
        end = closed(reading.text, one.span)
        pieces += [Marked(reading.text[at : one.span.start]), Marked(reading.text[one.span.start : end], number, True)]
        at = end
    pieces.append(Marked(reading.text[at:]))
    lines: list[list[Marked]] = [[]]
    for piece in pieces:
        for place, text in enumerate(piece.text.split("\n")):
            if place:
                lines.append([])
            if text:
                lines[-1].append(Marked(text, piece.number, piece.is_first and not place))
    return [line for line in lines if line]


#: What no experience was made of, as it is headed for whoever told it.
HEADINGS: Final[Mapping[WordKind, str | Promise]] = {
    WordKind.NOT_UNDERSTOOD: gettext_lazy("We made nothing of these words"),
    WordKind.WISH: gettext_lazy("What you look for"),
    WordKind.EDUCATION: gettext_lazy("What you learned, or are learning now"),
    WordKind.ABOUT_PERSON: gettext_lazy("About yourself"),
}


def left_over(
    reading: Reading, headings: Mapping[WordKind, str | Promise] = HEADINGS
) -> Iterator[tuple[str, list[str]]]:
    """What no experience was made of, by what it is; headings in the reader's language."""
    for kind, heading in headings.items():
        said = [one.text for one in reading.not_understood if one.kind is kind and one.text.strip()]
        if said:
            yield str(heading), list(dict.fromkeys(said))


def _forms(reading: Reading, data: Any = None, *, is_looking: bool = False) -> list[ExperienceForm]:
    today = timezone.localdate()
    return [
        ExperienceForm(reading, number, today, data, is_page_looking=is_looking)
        for number in range(len(reading.experiences))
    ]


def _told(form: ExperienceForm) -> Told:
    cleaned = form.cleaned_data
    chosen = cleaned["work"].candidate if cleaned["work"] else None
    concept = loaded(OCCUPATION).concept(chosen.uri) if chosen is not None else None
    return Told(
        words=form.words,
        names=concept.names if concept else {"und": chosen.label} if chosen else {},
        isco08=chosen.isco08 if chosen else "",
        length=length_said(cleaned["years"], cleaned["months"]),
        settings=tuple(str(said) for value, said in SETTINGS.items() if str(value) in cleaned["settings"]),
        skills=tuple(form.skill_names[uri] for uri in cleaned.get("skills", ())),
        typical=skills_of(chosen.isco08)[:MOST_SKILLS] if chosen else (),
    )


def _draw(
    request: HttpRequest,
    account: AccountForm,
    *,
    reading: Reading | None = None,
    experiences: list[ExperienceForm] | None = None,
    told: list[Told] | None = None,
    language: str = "",
    is_read_anew: bool = False,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "account": account,
        "told": told,
        "read_as": language,
        "is_read_anew": is_read_anew,
        "too_many": too_many,
    }
    if reading is not None:
        context |= {
            "reading": reading,
            "spans": spans_of(reading),
            "lines": marked(reading),
            "experiences": experiences,
            "has_errors": any(form.errors for form in experiences or ()),
            "left_over": list(left_over(reading)),
        }
    response = render(request, "front/own_words.html", context, status=status)
    add_never_cache_headers(response)
    return response


def _draw_file(
    request: HttpRequest,
    form: FileForm | None,
    *,
    document: Any = None,
    account: AccountForm | None = None,
    fault: Said | None = None,
    is_busy: bool = False,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "document": document,
        "account": account,
        "fault": fault,
        "is_busy": is_busy,
        "too_many": too_many,
        "largest": DOCUMENT_LIMITS.bytes // MIB,
    }
    response = render(request, "front/own_words_file.html", context, status=400 if fault is not None else status)
    add_never_cache_headers(response)
    return response
