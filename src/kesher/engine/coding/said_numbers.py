"""Numbers as people say them, in digits of any script and in words of seven languages, up to 99: years of work need no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kesher.engine.coding.said_words import without_glued
from kesher.engine.text import tokens

_WORDS: Final[Mapping[str, str]] = {
    "en": """1 one; 2 two, couple; 3 three; 4 four; 5 five; 6 six; 7 seven; 8 eight; 9 nine; 10 ten; 11 eleven; 12
        twelve; 13 thirteen; 14 fourteen; 15 fifteen; 16 sixteen; 17 seventeen; 18 eighteen; 19 nineteen; 20 twenty;
        30 thirty; 40 forty; 50 fifty; 60 sixty""",
    "fr": """1 un, une; 2 deux; 3 trois; 4 quatre; 5 cinq; 6 six; 7 sept; 8 huit; 9 neuf; 10 dix, dizaine; 11 onze; 12
        douze, douzaine; 13 treize; 14 quatorze; 15 quinze, quinzaine; 16 seize; 20 vingt, vingtaine; 30 trente,
        trentaine; 40 quarante; 50 cinquante; 60 soixante""",
    "he": """1 אחת, אחד; 2 שתיים, שתי, שני, שניים, שתים; 3 שלוש, שלושה; 4 ארבע, ארבעה; 5 חמש, חמישה; 6 שש, שישה; 7 שבע,
        שבעה; 8 שמונה; 9 תשע, תשעה; 10 עשר, עשרה; 20 עשרים; 30 שלושים; 40 ארבעים; 50 חמישים; 60 שישים""",
    "ar": """1 واحد, واحدة, وحدة; 2 اثنين, اثنتين, اثنان, تنين, ثنتين; 3 ثلاث, ثلاثة, تلات, تلاتة, تلت; 4 أربع, أربعة; 5
        خمس, خمسة; 6 ست, ستة; 7 سبع, سبعة; 8 ثماني, ثمانية, ثمان, تمن, تمان, تماني, تمانية; 9 تسع, تسعة; 10 عشر,
        عشرة; 11 أحد عشر, إحدى عشرة, احدعش, حداشر; 12 اثنا عشر, اثنتا عشرة, اثني عشر, اثنتي عشرة, اطنعش, اتنعش,
        طناعش; 13 تلتطعش, تلاتعش; 14 أربعطعش, أربعتعش; 15 خمسطعش, خمستعش; 16 ستطعش, ستعش; 17 سبعطعش, سبعتعش; 18
        تمنطعش, تمنتعش; 19 تسعطعش, تسعتعش; 20 عشرين, عشرون; 30 ثلاثين, ثلاثون, تلاتين; 40 أربعين, أربعون; 50 خمسين,
        خمسون; 60 ستين, ستون""",
    "cyrillic": """1 один, одна, одного, одной, одну, одне, однієї; 2 два, две, двух, пару, пара, дві, двох; 3 три, трёх,
        трьох; 4 четыре, четырёх, чотири, чотирьох; 5 пять, пяти, п'ять, п'яти; 6 шесть, шести, шість, шести; 7
        семь, семи, сім, семи; 8 восемь, восьми, вісім, восьми; 9 девять, девяти, дев'ять, дев'яти; 10 десять,
        десяти, десяток; 11 одиннадцать, одиннадцати, одинадцять, одинадцяти; 12 двенадцать, двенадцати, дванадцять,
        дванадцяти; 13 тринадцать, тринадцати, тринадцять, тринадцяти; 14 четырнадцать, четырнадцати, чотирнадцять,
        чотирнадцяти; 15 пятнадцать, пятнадцати, п'ятнадцять, п'ятнадцяти; 16 шестнадцать, шестнадцати, шістнадцять,
        шістнадцяти; 17 семнадцать, семнадцати, сімнадцять, сімнадцяти; 18 восемнадцать, восемнадцати, вісімнадцять,
        вісімнадцяти; 19 девятнадцать, девятнадцати, дев'ятнадцять, дев'ятнадцяти; 20 двадцать, двадцати, двадцять,
        двадцяти; 30 тридцать, тридцати, тридцять, тридцяти; 40 сорок, сорока; 50 пятьдесят, пятидесяти, п'ятдесят,
        п'ятдесяти; 60 шестьдесят, шістдесят""",
    "am": """1 አንድ; 2 ሁለት; 3 ሦስት, ሶስት; 4 አራት; 5 አምስት; 6 ስድስት; 7 ሰባት; 8 ስምንት, ስምት; 9 ዘጠኝ; 10 አስር, ዐሥር, አሥር, አስራ, አሥራ; 20
        ሃያ, ሀያ; 30 ሰላሳ, ሠላሳ; 40 አርባ; 50 ሃምሳ, ሀምሳ; 60 ስድሳ, ስልሳ""",
}
#: Words that say a number as about.
_ABOUT: Final = frozenset(
    word
    for said in ["dizaine", "quinzaine", "vingtaine", "trentaine", "douzaine", "couple", "пару", "пара", "десяток"]
    for word in tokens(said)
)
#: What may stand between tens and ones.
_BETWEEN: Final = {"en": "and", "fr": "et"}


def _table() -> dict[str, dict[tuple[str, ...], int]]:
    found: dict[str, dict[tuple[str, ...], int]] = {}
    for group, listed in _WORDS.items():
        known = found.setdefault(group, {})
        for entry in listed.split(";"):
            value, _, forms = entry.strip().partition(" ")
            for form in forms.split(","):
                known[tuple(tokens(form))] = int(value)
    return found


_TABLE: Final = _table()


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how many words said it. `glued`: a letter with a meaning of its own stuck to its front ("ל", "ו")."""

    value: float
    words: int
    about: bool = False
    glued: bool = False


def number_at(folded: Sequence[str], place: int, group: str) -> Number | None:
    """The number that begins at `place`, the longest; None where none does."""
    word = folded[place]
    if word.isdecimal():
        return Number(int(word), 1) if len(word) <= 4 else None
    found = _word_at(folded, place, group)
    if found is not None:
        return found
    for rest in without_glued(word, group):
        found = _word_at([rest, *folded[place + 1 : place + 5]], 0, group)
        if found is not None:
            return Number(found.value, found.words, found.about, glued=True)
    return None


def _single(folded: Sequence[str], place: int, group: str) -> tuple[int, int] | None:
    known = _TABLE[group]
    for length in (2, 1):
        value = known.get(tuple(folded[place : place + length]))
        if value is not None and place + length <= len(folded):
            return value, length
    return None


def _word_at(folded: Sequence[str], place: int, group: str) -> Number | None:
    first = _single(folded, place, group)
    if first is None:
        return None
    value, used = first
    about = folded[place] in _ABOUT
    at = place + used
    if value == 1 and at < len(folded) and folded[at] in _ABOUT:  # une dizaine
        return Number(_TABLE[group][(folded[at],)], used + 1, about=True)
    if at < len(folded):
        more, taken = _joined(value, folded, at, group)
        value, used = value + more, used + taken
        if group == "fr" and taken == 0 and value == 4 and folded[at].startswith("vingt"):  # quatre-vingts
            value, used = 80, used + 1
    return Number(value, used, about)


def _joined(value: int, folded: Sequence[str], at: int, group: str) -> tuple[int, int]:
    """What the word at `at` adds to a number before it, and how many words that takes."""
    if group == "he" and value < 10 and folded[at] in ("עשרה", "עשר"):
        return 10, 1
    if group == "ar" and 3 <= value < 10 and folded[at] in ("عشر", "عشره"):
        return 10, 1
    if group == "ar" and value < 10:  # خمسة وعشرين: five and twenty
        tens = _TABLE[group].get((folded[at].removeprefix("و"),)) if folded[at].startswith("و") else None
        return (tens, 1) if tens is not None and tens >= 20 else (0, 0)
    if value < 20 and not (value == 10 and group in ("fr", "am")):
        return 0, 0
    skipped = 0
    word = folded[at]
    if word == _BETWEEN.get(group) and at + 1 < len(folded):
        skipped, word = 1, folded[at + 1]
    if group == "he" and word.startswith("ו"):
        word = word[1:]
    ones = _TABLE[group].get((word,))
    limit = 20 if group == "fr" and value == 60 else 10
    return (ones, skipped + 1) if ones is not None and 0 < ones < limit else (0, 0)
