"""Light variants of one folded word: the same word without what its language glued to it.

:func:`variants` takes a token as :func:`kesher.engine.text.tokens` gives it and returns further spellings under which
it may be met. It never replaces the word: index and query both keep the word and add its variants, so two forms of a
word meet when their sets share a spelling. This is light stemming, not morphology: no lexicon, no part of speech.

Hebrew glues ו ש ה ב ל כ מ in front, in stacks, and adds ים ות ה ת ית י behind. Arabic glues و ف ب ل ك and ال in
front. Plurals by changed vowels (طفل / أطفال, בית / בתים, child / children) follow no affix rule: the ones that names
of public services use stand in :data:`FAMILIES`.
"""

import re
from collections.abc import Iterator

# Forms of one word that no rule below connects. Folded spellings (no final letters, no alef forms, ه for ة).
_FAMILIES_TEXT = """
child children kid kids
person people
woman women
man men
wife wives
tooth teeth
foot feet
centre center
counselling counseling counsellor counselor
programme program
disability disabilities disabled
labour labor
job jobs
אישה אשה נשימ נשות נשי
איש אנשימ אנשי
בית בתימ בתי
בנ בנימ
בת בנות
אמ אמא אימא אמהות אימהות
אב אבא אבות
עיר ערימ ערי
אח אחימ
אחות אחיות
לב לבבות
שנ שיניימ שנימ
מקומ מקומות
תוכנית תכנית תוכניות תכניות
גמח גמחימ
בעיה בעיות
הכשרה הכשרות
עזרה עוזר
زايد زايده
طفل اطفال طفله
ولد اولاد
مدرسه مدارس
مركز مراكز
درس دروس
بيت بيوت
دار دور
حق حقوق
قرض قروض
عمل اعمال
دوا ادويه
طبيب اطبا
شاب شباب شبان شابه
روضه روضات رياض
منزل منازل
مرض امراض
مريض مرضي
وظيفه وظايف
منحه منح
عايله عايلات عوايل
اسره اسر
امراه مراه نسا
رجل رجال
كتاب كتب
مكتب مكاتب
مكتبه مكتبات
برنامج برامج
ملجا ملاجي
سكن مساكن
نادي نوادي انديه
مشروع مشاريع
قسم اقسام
فاتوره فواتير
سن اسنان
عين عيون
اذن اذان
ضحيه ضحايا
ارمله ارامل
يتيم ايتام
عجوز عجايز
جندي جنود
سجين سجنا
طالب طلاب طلبه
عقد عقود
دين ديون
راتب رواتب
طعام اطعمه
غرض اغراض
لعبه العاب
هديه هدايا
عيد اعياد
ملبس ملابس
صديق اصدقا
مدينه مدن
قريه قري
شهر اشهر شهور
جهاز اجهزه
ازمه ازمات
نفقه نفقات
مهجر مهاجر مهاجرين
حي احيا
ام امهات
اب ابا
ابن ابنا
اخ اخوه
بنت بنات
فقير فقرا
كبير كبار
صغير صغار
جديد جدد
مخزن مخازن
دوره دورات
تامين تامينات
ልጅ ልጆች
ህጻን ህጻናት
ሴት ሴቶች
weld welder welding
cook cooking kitchen
drive driver driving
clean cleaner cleaning
teach teacher teaching
nurse nursing
translate translation translator
recognise recognised recognize recognized recognition
pay paid payment
repair repairs repairing repaired
marry marriage married
advise adviser advisor advice
speak speaking spoken
employ employer employee employment
ללמוד לומד לומדת לימוד לימודימ למדתי נלמד
לעבוד עובד עובדת עבודה עבדתי עובדימ
לרתכ ריתוכ רתכ רתכת
לבשל בישול טבח טבחית מבשל מבשלת
לנהוג נהיגה נהג נהגת
לתרגמ תרגומ מתורגמנ מתורגמנית מתרגמ מתרגמת
לדבר דיבור מדבר מדברת מדברימ
לקרוא קריאה קורא קוראת
לכתוב כתיבה כותב כותבת כותבימ
לשלמ תשלומ משלמ משלמת שילמו שילמתי שולמ
לתקנ תיקונ תיקונימ מתקנ תקנ
לפטר פיטורימ פוטרתי פיטרו מפטר
לגייס גיוס מגייס מגייסת
לייעצ ייעוצ יועצ יועצת
להכיר הכרה מכירימ מוכר מוכרת
לטפל טיפול מטפל מטפלת מטפלימ
לשכור שכירות השכרה שוכר שוכרת
להתגרש גירושינ גירושימ גרוש גרושה מתגרשימ
להתחיל התחלה מתחיל מתחילה מתחילימ
להסיע הסעה הסעות נסיעה
לנקות ניקיונ מנקה
להתמחות מתמחה התמחות
חשבונאי חשבונות
تعلم تعليم اتعلم يتعلم متعلم تعلمت
عمل يعمل اعمل شغل اشتغل عامل عامله عمال
طبخ طباخ طباخه يطبخ مطبخ طاهي
لحام لحيم يلحم
سياقه سواقه سايق قياده
ترجمه مترجم مترجمه يترجم
كلام يتكلم اتكلم احكي يحكي تكلم محادثه
قراه اقرا يقرا
كتابه اكتب يكتب
دفع يدفع ادفع مدفوع
تصليح اصلح يصلح صيانه
فصل فصلوني مفصول طرد طردوني
توظيف اوظف يوظف تجنيد تشغيل اشغل يشغل يشغلني
استشاره مستشار مستشاره
اعتراف يعترف يعترفون معترف
رعايه يرعي عنايه
ايجار اجار استاجر مستاجر
طلاق مطلق مطلقه
بدايه ابدا يبدا مبتدي مبتديين
سفريه سفريات توصيله توصيل يوصلني
تنظيف نظافه منظف
دراسه ادرس يدرس دارس
مساعده ساعد تساعد يساعد
"""


def _families() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _FAMILIES_TEXT.split("\n"):
        forms = tuple(line.split())
        for form in forms:
            found[form] = tuple(dict.fromkeys((*found.get(form, ()), *(other for other in forms if other != form))))
    return found


FAMILIES = _families()
"""Folded word -> the other forms of the same word."""

_STOP_WORDS_TEXT = """
a an the of for to in on at by with from and or is are am be i im me my mine we our you your he she it its
they their this that these those there here some any do does did can could would should will how what where
when who which why need want get find looking look near nearby please like have has had if about le la les un
une des du de au aux en et ou pour par sur dans avec je mon ma mes nous notre est sont ce cette comment quoi
qui quand cherche besoin pres
as so but because since then than too also just only even still already again always never now here very really much
more most many few lot all both each every other another such same yes was were been being has had having may might
must shall him his hers her himself herself myself us them who whose whom into onto up down over
until while anymore ago let got going go goes went said say says tell told ca wo
dont cant wont didnt doesnt im ive thats whats until while anymore
somebody someone something anybody anyone anything nobody everybody everyone everything
של את עמ על אל או אמ גמ כי זה זו זאת אני אנחנו אתה הוא היא המ הנ יש אינ לא מה איפה היכנ איכ כיצד מתי מי כמה
למה אפשר צריכ צריכה רוצה מחפש מחפשת לי לנו לכ לו לה להמ שלי שלנו שלה שלו שלהמ אצל בשביל כדי עבור ליד קרוב אותי
אותו אותה בבקשה לקבל למצוא מקבלימ מוצאימ כמו עוד כל אבל רק הזה הזאת
כבר עכשיו אז גמ מאד מאוד ממש בכלל בערכ כדאי כאנ פה שמ היה היתה הייתה היו יהיה תהיה להיות אנו אתמ אתנ הנה שוב תמיד
אולי בגלל מפני בזמנ מאז עד בינ תחת מעל כאשר כש אשר אותנו אותמ אותכ ממני ממנו אליי אלי אליו אליה אלינו איתי
איתנו בי בו בה בנו בהמ אחד אחת משהו מישהו מישהי שומ אפ לפעמימ בנוספ צריכימ מעוניינ מעוניינת
في من الي علي عن مع او و هل ما ماذا كيف اين وين متي شو ايش مين كم هذا هذه ذلك انا نحن هو هي لي لنا له لها عند
عندي بدي اريد ابحث احتاج محتاج محتاجه ممكن قرب قريب بالقرب مني ان التي الذي لاجل كل لا يوجد هناك احصل اجد القي
لم لن ليس ليست قد لقد كان كانت كنت يكون تكون اكون الان هنا جدا ايضا فقط لكن لان لانني لاني حتي منذ بين تحت
فوق عندما اذا كي لكي بان انني اني نا انت انتم هم هن كما مثل غير اي ايه شي بعض يجب لازم عم رح مش ما
الي اليه اليها عليه عليها فيه فيها به بها منه منها معي معه معها لدي لدينا عنا عنده عندها وين هلا بس كتير كثير
в во на с со к ко и или а но не из от до для по о об у я мне мои моя мы нам где как что кто когда есть это
нужно нужна хочу ищу можно ли рядом з із зі і або як де що хто коли є це мені міи ми треба потрібно шукаю
እና ወይም ነው የት እንዴት ምን ለ በ ከ
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
"""Words a question is wrapped in, in folded spelling. Only words that never name a service by themselves."""

#: Glued in front of a stop word they leave it one: ואני, שלא, כשהיא; وانا, فهو.
_GLUED = re.compile(r"^(?:ו?כש|וש|[וש]|[وف])(?=.{2})")


def is_stop_word(token: str) -> bool:
    """Whether a folded word only wraps a question, also with "and" or "that" glued in front."""
    return token in STOP_WORDS or _GLUED.sub("", token) in STOP_WORDS


_HEBREW = re.compile(r"[א-ת]+")
_ARABIC = re.compile(r"[\u0621-\u06ff]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_LATIN = re.compile(r"[a-z]+")
_ETHIOPIC = re.compile(r"[\u1200-\u135a]+")

# ו, then at most one of the ש words, then at most one preposition, then at most one ה: the order Hebrew stacks them in.
_HEBREW_PREFIXES = sorted(
    {
        conjunction + relative + preposition + article
        for conjunction in ("", "ו")
        for relative in ("", "ש", "כש", "לכש", "מש", "בש")
        for preposition in ("", "ב", "ל", "כ", "מ")
        for article in ("", "ה")
    }
    - {""},
    key=len,
)
# (ending, spellings it is replaced by, least letters that must remain before the ending)
_HEBREW_ENDINGS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("ויות", ("ות",), 2),  # זכויות -> זכות
    ("יהמ", ("",), 3),
    ("יהנ", ("",), 3),
    ("ינו", ("",), 3),
    ("יכמ", ("",), 3),
    ("יכ", ("",), 3),
    ("יו", ("",), 3),
    ("יימ", ("",), 2),  # גרביים
    ("יות", ("",), 2),
    ("ימ", ("",), 2),
    ("ות", ("",), 2),
    ("ית", ("",), 3),
    ("ה", ("",), 2),
    ("ת", ("",), 3),
    ("י", ("",), 2),
)


def _hebrew_stems(word: str) -> Iterator[str]:
    for ending, replacements, least in _HEBREW_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            for replacement in replacements:
                yield word[: len(word) - len(ending)] + replacement


def _hebrew(token: str) -> Iterator[str]:
    bare = [token]
    for prefix in _HEBREW_PREFIXES:
        rest = len(token) - len(prefix)
        # Two letters are enough after one of ב ל ה: לגן, בים, הגן are what people type.
        if token.startswith(prefix) and (rest >= 3 or (rest == 2 and prefix in "בלה")):
            bare.append(token[len(prefix) :])
    for word in bare:
        yield word
        yield from FAMILIES.get(word, ())
        for stem in _hebrew_stems(word):
            yield stem
            if "יי" in stem or "וו" in stem:
                yield stem.replace("יי", "י").replace("וו", "ו")
        if "יי" in word or "וו" in word:  # full and defective spelling: קריית / קרית, הלוואה / הלואה
            yield word.replace("יי", "י").replace("וו", "ו")


_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال", "وب", "ول", "و", "ب", "ل", "ف", "ك")
_ARABIC_ENDINGS_TEXT = "اتي يات ات ون ين ان يه تي تنا تهم ها هم هن كم نا ته ه ي"
_ARABIC_ENDINGS = tuple(_ARABIC_ENDINGS_TEXT.split())


def _arabic(token: str) -> Iterator[str]:
    bare = [token]
    for prefix in _ARABIC_PREFIXES:
        rest = len(token) - len(prefix)
        if token.startswith(prefix) and (rest >= 3 or (rest == 2 and prefix == "ال")):
            bare.append(token[len(prefix) :])
    for word in bare:
        yield word
        yield from FAMILIES.get(word, ())
        for ending in _ARABIC_ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                stem = word[: len(word) - len(ending)]
                yield stem
                yield from FAMILIES.get(stem, ())
                yield from FAMILIES.get(stem + "ه", ())


# Longest first; й is already и and ї already і when the ending is compared (folding takes the marks off).
_CYRILLIC_ENDINGS_TEXT = """
ами ями ого его ому ему ыми ими ая яя ое ее ые ие ыи ии ои еи ую юю ам ям ах ях ов ев ом ем ою ею а я о е ы и у ю ь
ів іи ові еві іі іх их ых ия иям иях иями ию ія ію ість ості остеи ость ости є
"""
_CYRILLIC_ENDINGS = tuple(sorted(_CYRILLIC_ENDINGS_TEXT.split(), key=len, reverse=True))


def _cyrillic(token: str) -> Iterator[str]:
    for ending in _CYRILLIC_ENDINGS:
        if token.endswith(ending) and len(token) - len(ending) >= 4:
            yield token[: len(token) - len(ending)]


def _english(token: str) -> Iterator[str]:
    """Harman's S-stemmer ("How effective is suffixing?", 1991); -ing, -ed and a last e where four letters remain."""
    word = token
    if len(word) > 3 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss")):
        word = word[:-1]
    yield word
    for ending in ("ings", "ing", "ed", "es", "e"):
        if token.endswith(ending) and len(token) - len(ending) >= 4:
            stem = token[: len(token) - len(ending)]
            yield stem
            if len(stem) > 4 and stem[-1] == stem[-2] and stem[-1] not in "ls":
                yield stem[:-1]  # running -> run is too short; shopping -> shop


def _french(token: str) -> Iterator[str]:
    if len(token) > 5 and token.endswith("aux"):
        yield token[:-3] + "al"
    for ending in ("es", "s", "x", "e"):
        if token.endswith(ending) and len(token) - len(ending) >= 4:
            yield token[: len(token) - len(ending)]


_ETHIOPIC_PREFIXES = ("የ", "በ", "ለ", "ከ", "ስለ", "እንደ", "ወደ")


def _ethiopic(token: str) -> Iterator[str]:
    bare = [token]
    bare.extend(
        token[len(prefix) :]
        for prefix in _ETHIOPIC_PREFIXES
        if token.startswith(prefix) and len(token) - len(prefix) >= 2
    )
    for word in bare:
        yield word
        yield from FAMILIES.get(word, ())
        if word.endswith("ን") and len(word) >= 4:  # the object marker
            yield word[:-1]
        if word.endswith("ዎች") and len(word) >= 4:
            yield word[:-2]
        elif word.endswith("ች") and len(word) >= 3 and (ord(word[-2]) - 0x1200) % 8 == 6:
            # The plural -och fuses with the last letter, which takes the seventh order: back to the sixth or fourth.
            # ቤቶች -> ቤት, ሰራተኞች -> ሰራተኛ
            stem = word[:-2]
            yield stem + chr(ord(word[-2]) - 1)
            yield stem + chr(ord(word[-2]) - 3)


def variants(token: str, language: str | None = None) -> list[str]:
    """Further spellings of one folded word, each once, never the word itself; ``[]`` for numbers and unknown scripts.

    ``language`` (``"en"``, ``"fr"``; a bare primary tag) narrows the rules for Latin letters; all other scripts have
    one set of rules, because languages that share a script here share their endings as well (Russian and Ukrainian).
    """
    found: dict[str, None] = {}
    if _LATIN.fullmatch(token):
        if language in (None, "en"):
            found.update(dict.fromkeys(_english(token)))
        if language in (None, "fr"):
            found.update(dict.fromkeys(_french(token)))
        found.update(dict.fromkeys(FAMILIES.get(token, ())))
    elif _HEBREW.fullmatch(token):
        found.update(dict.fromkeys(_hebrew(token)))
    elif _ARABIC.fullmatch(token):
        found.update(dict.fromkeys(_arabic(token)))
    elif _CYRILLIC.fullmatch(token):
        found.update(dict.fromkeys(_cyrillic(token)))
    elif _ETHIOPIC.fullmatch(token):
        found.update(dict.fromkeys(_ethiopic(token)))
    found.pop(token, None)
    return list(found)
