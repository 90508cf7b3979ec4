"""The work somebody says they did or do, in what they ask: "I was a nurse in Addis", "בניתי בתים".

    work = work_in("I was a nurse in Addis", language="en")      # None, or what to show as understood
    work.candidates[0].isco08                                    # "2221"

Whoever asks for help names occupations too ("I need a lawyer", "the electrician cheated me"), so a title alone says nothing.
It counts where all that is said is a title, or where it stands beside words in which one speaks of one's own work; verbs in the
first person ("בניתי", "я строил") count where what is said as a whole is near a title. What is found is shown, and may be
removed: it decides nothing.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from kesher.engine.coding import Answer, Candidate, Coder, normal
from kesher.words.coders import loaded
from kesher.words.finding import FURTHEST, INSIDE, Said, parts_of, titles_in
from kesher.words.vocabularies import OCCUPATION

#: Words in which one speaks of one's own work, by language. Whole words, folded as the coding folds them.
OF_WORK: Final = {
    "en": "worked work working was am i'm im been job trade profession occupation trained qualified",
    "he": "עבדתי עובד עובדת עבדנו הייתי אני בתור מקצוע מקצועי במקצועי במקצוע עבודה הוסמכתי",
    "ar": "عملت اعمل أعمل اشتغلت بشتغل اشتغل كنت مهنتي شغلي شغل عمل انا أنا",
    "ru": "работал работала работаю был была профессия работу специальности профессии работой",
    "uk": "працював працювала працюю був була професія роботу спеціальністю професією роботою",
    "fr": "travaillé travaillais travaille étais suis métier travail comme profession emploi",
    "am": "ነበርኩ ነበር እሰራ እሠራ ሰራሁ ሠራሁ ሰርቻለሁ ሠርቻለሁ ነኝ ሥራ ስራ ሙያዬ ሙያ",
}
#: Words in which one asks for somebody else's.
OF_NEED: Final = {
    "en": "need want find help cheated recommend against my the",
    "he": "צריך צריכה צריכים מחפש מחפשת מחפשים רוצה לי שלי",
    "ar": "محتاج محتاجة محتاجين بحاجة احتاج أحتاج بدي ابحث أبحث عن أريد اريد",
    "ru": "нужен нужна нужно нужны ищу ищем хочу помогите мой моя мне",
    "uk": "потрібен потрібна потрібно потрібні шукаю шукаємо хочу допоможіть мій моя мені",
    "fr": "besoin cherche cherchons veux voudrais aidez mon ma le la",
    "am": "እፈልጋለሁ ያስፈልገኛል እፈልጋለን የእኔ",
}
#: Words in which one asks for anything at all, whosever it is.
ASKING: Final = {
    "en": "need needs want find look looking search searching help",
    "he": "צריך צריכה צריכים מחפש מחפשת מחפשים רוצה רוצים זקוק זקוקה",
    "ar": "محتاج محتاجة محتاجين بحاجة احتاج أحتاج بدي بدنا ابحث أبحث أريد اريد",
    "ru": "нужен нужна нужно нужны ищу ищем хочу хотим помогите",
    "uk": "потрібен потрібна потрібно потрібні шукаю шукаємо хочу хочемо допоможіть",
    "fr": "besoin cherche cherchons veux voudrais aidez",
    "am": "እፈልጋለሁ ያስፈልገኛል እፈልጋለን",
}
#: Words that make a search of one for work: "I look for work as a nurse".
WORK_SOUGHT: Final = "work job עבודה عمل شغل работу работы роботу роботи travail emploi ሥራ ስራ"
#: Verbs in the first person, by their endings, in languages that say the person so: Hebrew's and Arabic's past where the verb
#: stands first, the past of Slavic languages after "I", French and Amharic imperfects, English verbs after "I".
_FIRST_PERSON: Final = re.compile(
    r"^\w{2,}תי |(?<!\w)(?:я \w+л[аи]?|я \w+в(?:ла)?|i (?:\w+ed|built|drove|made|taught|sold|grew)|je \w+ais|j'\w+ais"
    r"|\w+ ነበር\w*|كنت \w+)(?!\w)|^\w+[^\Wا]ت ",
    re.IGNORECASE,
)
_PREFIXED: Final = re.compile(r"(?<!\w)[כك](?=\w{3,})")
#: Words between one of those above and the title it is said of.
BETWEEN: Final = 3
#: The least confidence of a whole text in the first person. Measured on everyday requests for help: docs/models/coding.md.
LEAST: Final = 0.4
#: More words than these are a story: a verb in it says little of the whole.
LONGEST_SAYING: Final = 4


def _words(told: str) -> frozenset[str]:
    return frozenset(normal(word) for word in told.split())


_OF_WORK: Final = frozenset().union(*map(_words, OF_WORK.values()))
_OF_NEED: Final = frozenset().union(*map(_words, OF_NEED.values()))
_ASKING: Final = frozenset().union(*map(_words, ASKING.values()))
_WORK_SOUGHT: Final = _words(WORK_SOUGHT)
#: English does not say in the verb whose work it was: "my husband was a nurse".
_OF_ANYBODY: Final = frozenset({"was", "been", "worked"})


@dataclass(frozen=True, slots=True)
class Work:
    """What was understood: the words that said it, as typed, and what they mean, the likeliest first. asks: they also ask for
    something that is not work ("I was a nurse, I need a nursery")."""

    said: str
    candidates: tuple[Candidate, ...]
    asks: bool = False


def work_in(text: str, *, language: str = "") -> Work | None:
    """The work that a text says is its author's; None where it says none, or not surely enough. Two comparisons at most."""
    text = " ".join(text[:FURTHEST].split())
    if not text:
        return None
    coder = loaded(OCCUPATION).coder
    if coder.knows(text):
        return Work(text, coder.code(text, language=language).candidates)
    work = _beside_work(text, coder, language) or _first_person(text, coder, language)
    words = frozenset(
        bare for word in normal(text).split() for bare in (word, word.lstrip("וو"))
    )  # "and" glued in front
    return work and replace(work, asks=bool(words & _ASKING) and not words & _WORK_SOUGHT)


def _beside_work(text: str, coder: Coder, language: str) -> Work | None:
    """The title beside words of one's own work; of several, one with a single meaning, then the longest.

    Titles are also looked for without the "as" that Hebrew and Arabic write in one with them.
    """
    said = [
        (one.coding.answer is Answer.CODE, one.end - one.start, -one.start, form[one.start : one.end], one.coding)
        for form in dict.fromkeys((text, _PREFIXED.sub("", text)))
        for part in parts_of(form)
        for one in titles_in(form, part, coder, language)
        if _is_own(form, one)
    ]
    if not said:
        return None
    *_, words, coding = max(said, key=lambda one: one[:3])
    return Work(words, coding.candidates)


def _is_own(text: str, said: Said) -> bool:
    before, after = normal(text[: said.start]).split(), normal(text[said.end :]).split()
    title = set(normal(text[said.start : said.end]).split())
    of_work = _OF_WORK if "i" in before else _OF_WORK - _OF_ANYBODY
    every = {*before, *after}
    if every & _OF_NEED and not every & _WORK_SOUGHT:
        return bool({*before[-2:]} & of_work) and not {*before[-2:]} & _OF_NEED
    return bool({*before[-BETWEEN:], *after[:1], *title} & of_work)


def _first_person(text: str, coder: Coder, language: str) -> Work | None:
    words = normal(text).split()
    if len(words) > LONGEST_SAYING or set(words) & _OF_NEED or not _FIRST_PERSON.search(text):
        return None
    coding = coder.code(text, language=language)
    if coding.answer is Answer.NONE or coding.candidates[0].confidence < LEAST:
        return None
    return Work(text, tuple(replace(one, confidence=INSIDE * one.confidence) for one in coding.candidates))
