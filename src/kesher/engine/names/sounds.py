"""A word of a name as sounds, whatever its script: Hebrew, Arabic, Latin, Cyrillic, Ethiopic letters.

A :class:`Spoken` word is a row of slots; a slot is the set of sounds its letters may stand for, as bits. Hebrew ו is "v, w,
o or u, or silent"; Latin *ch* is "kh, sh, tsh or k". Two slots agree when their sets meet. Nothing is guessed, every reading
is kept: which one was meant is decided by what the word is compared with (:mod:`.comparing`).

    consonants  b p v f w t d k g x(ח kh) h s S(sh) z j(zh, dzh) c(ts) C(tsh) l m n r y
    vowels      a e i o u        - silent

Letters of other scripts (Georgian, Han) and digits stand for themselves. The tables are our own; they follow what the
passports and identity papers of Israel, Ukraine, Russia, the Arab countries and Ethiopia do, which is to write by ear:
ICAO Doc 9303-3 (section 6) for Cyrillic and Arabic, the Hebrew Academy's rules of 2006, BGN/PCGN 1967 for Amharic.
"""

from dataclasses import dataclass
from functools import lru_cache

from kesher.engine.text import fold

SOUNDS = "bpvfwtdkgxhsSzjcClmnryaeiou-"
_BIT = {sound: 1 << place for place, sound in enumerate(SOUNDS)}
VOWELS = sum(_BIT[sound] for sound in "aeiou")
SILENT = _BIT["-"]
WEAK = _BIT["h"] | SILENT
OPEN = _BIT["a"]
CONSONANTS = sum(_BIT[sound] for sound in SOUNDS[:22])
#: Sounds that ears and clerks take for one another.
_NEAR = ("bpvfw", "td", "kgxh", "szScCj", "gj", "yj", "mn")
LONGEST_WORD = 40
"""Letters of a word that are looked at; no part of a name is longer."""


def bits(sounds: str) -> int:
    """A set of sounds as one number."""
    return sum(_BIT[sound] for sound in set(sounds))


NEAR = {_BIT[sound]: bits("".join(group for group in _NEAR if sound in group) or sound) for sound in SOUNDS}


def _table(text: str) -> dict[str, tuple[int, ...]]:
    """``letters=slot+slot`` parted by spaces; the longest letters win when a word is read."""
    found = {}
    for entry in text.split():
        letters, _, slots = entry.partition("=")
        found[letters] = tuple(bits(slot) for slot in slots.split("+"))
    return found


_HEBREW = _table(
    "א=aeiou- ב=bv ג=gj ד=d ה=hae- ו=vwou- וו=vw ז=zj ח=xh ט=t י=yie- יי=yie כ=kx ל=l מ=m נ=n ס=s ע=aeiou- פ=pf "
    "צ=csC ק=k ר=r ש=Ss ת=t"
)
_ARABIC = _table(
    "ا=aeiou- ب=bpv ت=t ث=ts ج=jgy ح=xh خ=xk د=d ذ=dz ر=r ز=zj س=s ش=S ص=sc ض=dz ط=t ظ=zd ع=aeiou- غ=gxr ف=fpv ق=kg ك=kx "
    "ل=l م=m ن=n ه=hae- و=wvou- ي=yieaj- پ=p ڤ=v چ=Cj ژ=jz گ=g"
)
_CYRILLIC = _table(
    "а=a б=b в=vw г=gh д=d е=ey ж=jz з=z и=iy і=iy к=k л=l м=m н=n о=oa п=p р=r с=s т=t у=uw ф=f х=xhk ц=cs ч=C ш=S щ=SC ъ=- "
    "ы=iy ь=- э=e ю=y+u я=y+a є=y+e ђ=j ј=yj љ=l њ=n ћ=C џ=j ў=w дж=j тс=c тч=C кс=k+s ье=y+e ья=y+a ью=y+u ьо=y+o"
    " ия=iy+a ія=iy+a ає=a+ye аа=a ии=i іі=i"
)
_LATIN = _table(
    "a=ae b=b c=ksc d=d e=ei f=f g=gj h=hx- i=iy j=jyx k=k l=l m=m n=n o=ou p=p q=k r=r s=sz t=t u=uoa v=vw w=wv- x=k+s y=iy"
    " z=zc ch=xSCk sh=S sch=SC tch=C tsch=C tsh=C cz=C sz=S zh=jz kh=xk gh=gxr th=t ph=f ck=k dj=j dzh=j dz=zj ts=c tz=c zz=zc "
    "ss=s cc=kc ou=uwo oo=uo ee=iei ie=ie ei=ei ey=ei ai=aeyi ay=aeyi ae=ae oe=oe aa=a ii=i uu=u gn=gn+n- dh=dz ia=iy+a "
    "iya=iy+a iia=iy+a yia=iy+a ya=y+a yu=y+u iu=y+u io=iy+o yo=y+o ye=ye iou=y+u aue=au qu=kw au=aou shch=SC+C- schch=SC+C- "
    "stch=SC+C- cht=xS+t"
)
_ROWS = _table(
    "ሀ=h ለ=l መ=m ረ=r ሰ=s ሸ=S ቀ=kg ቐ=k በ=bv ቨ=v ተ=t ቸ=C ነ=n ኘ=n አ=- ከ=kx ወ=wv ዘ=z ዠ=jz የ=y ደ=d ዸ=d ጀ=j ገ=g ጘ=g ጠ=t ጨ=C ጰ=p "
    "ጸ=cs ፈ=f ፐ=p"
)
#: The seven orders of an Ethiopic row and the labialised eighth; the sixth has no vowel or a short one.
_ORDERS = ("ea", "uo", "iy", "a", "ei", "ie-", "ou", "a")


def _ethiopic() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for row, (consonant,) in _ROWS.items():
        for order, vowels in enumerate(_ORDERS):
            vowel = bits(vowels)
            found[chr(ord(row) + order)] = (vowel,) if consonant == SILENT else (consonant, vowel)
    return found


_LETTERS = {**_HEBREW, **_ARABIC, **_CYRILLIC, **_LATIN, **_ethiopic()}
_AT_FIRST = _table(
    "ו=vwou י=yie ه=h ي=yi و=wvou ה=h е=ye ye=ye yi=yi y=yi j=jyx h=hx- и=iy і=iy א=aeiou ע=aeiou ا=aeiou ع=aeiou"
)
_AT_LAST = _table(
    "ה=ae- ه=aeh- א=aeo- ا=ae- ي=yiea h=hx- י=yie ah=a+hx- eh=e+hx- ו=ouvw- و=ouvw- ий=iy ый=iy iy=iy yi=iy ii=iy yy=iy"
)
_LONGEST = max(map(len, _LETTERS))


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word as slots of sounds (bits of :data:`SOUNDS`); ``voiced``: its script writes its vowels."""

    slots: tuple[int, ...]
    voiced: bool


def _other(letter: str) -> int:
    """A letter we do not know stands for itself: a bit of its own."""
    return 1 << (len(SOUNDS) + ord(letter) % 4096)


def is_abjad(word: str) -> bool:
    """Whether a word is written without (all of) its vowels: Hebrew and Arabic; Ethiopic leaves one open."""
    return any("\u0590" <= letter <= "\u08ff" or "\u1200" <= letter <= "\u137f" for letter in word)


@lru_cache(maxsize=200_000)
def spoken(word: str) -> Spoken:
    """The sounds of one folded word; doubled ones once where vowels are written.

    >>> spoken("shalom") == spoken("sholom"), len(spoken("שלומ").slots)
    (False, 4)
    """
    word = fold(word)[:LONGEST_WORD]
    slots: list[int] = []
    position = 0
    while position < len(word):
        for length in range(min(_LONGEST, len(word) - position), 0, -1):
            letters = word[position : position + length]
            if position == 0 and letters in _AT_FIRST:
                found = _AT_FIRST[letters]
                break
            if position and position + length == len(word) and letters in _AT_LAST:
                found = _AT_LAST[letters]
                break
            if letters in _LETTERS:
                found = _LETTERS[letters]
                break
        else:
            found = (_other(letters),)
        slots += [slot for slot in found if slot != SILENT]
        position += length
    voiced = not is_abjad(word)
    # Between two like letters of a script without vowels there usually was one: איבננקו is Ivanenko.
    kept = [slot for place, slot in enumerate(slots) if not voiced or not place or slot != slots[place - 1]]
    return Spoken(tuple(kept), voiced)
