"""What people call the columns of a table of services, in Hebrew, Arabic and English, and the template in their language.

A heading is understood with the language of its words behind it: ``שם (ערבית)``, ``Description in Hebrew``.
"""

import csv
import io
from collections.abc import Mapping, Sequence

from kesher.formats.building import name_key

#: field -> language -> its headings; the first is the one the template uses.
HEADINGS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "id": {
        "he": ("מספר", "מזהה", "קוד", "מספר שירות"),
        "ar": ("الرقم", "المعرف", "الرمز", "رقم الخدمة"),
        "en": ("number", "identifier", "code", "service id", "no"),
    },
    "name": {
        "he": ("שם", "שם השירות", "שירות", "שם שירות", "שם התוכנית", "כותרת"),
        "ar": ("الاسم", "اسم الخدمة", "الخدمة", "اسم", "العنوان الرئيسي"),
        "en": ("name", "service name", "name of service", "name of the service"),
    },
    "alternate_name": {"he": ("שם נוסף",), "ar": ("اسم آخر",), "en": ("other name", "also known as")},
    "description": {
        "he": ("תיאור", "תיאור השירות", "פירוט", "על השירות", "תאור"),
        "ar": ("الوصف", "وصف الخدمة", "وصف", "التفاصيل"),
        "en": ("description", "about", "details", "what it is"),
    },
    "organisation": {
        "he": ("ארגון", "שם הארגון", "גוף", "עמותה", "מפעיל", "הגוף המפעיל"),
        "ar": ("المؤسسة", "اسم المؤسسة", "الجمعية", "الجهة", "المنظمة"),
        "en": ("organisation name", "organization name", "provider", "agency", "run by"),
    },
    "programme": {"he": ("תוכנית", "תכנית"), "ar": ("البرنامج",), "en": ("program",)},
    "location": {
        "he": ("מקום", "שם המקום", "סניף"),
        "ar": ("المكان", "اسم المكان", "الفرع"),
        "en": ("place", "branch"),
    },
    "phone": {
        "he": ("טלפון", "מספר טלפון", "טל", "נייד", "טלפונים"),
        "ar": ("الهاتف", "هاتف", "رقم الهاتف", "تلفون", "التلفون"),
        "en": ("phone number", "tel", "telephone number", "mobile"),
    },
    "email": {
        "he": ('דוא"ל', "מייל", "אימייל", "דואר אלקטרוני", "כתובת מייל"),
        "ar": ("البريد الإلكتروني", "البريد الالكتروني", "ايميل", "بريد إلكتروني"),
        "en": ("e-mail", "email address", "e-mail address"),
    },
    "url": {
        "he": ("אתר", "אתר אינטרנט", "כתובת אתר", "קישור", "אינטרנט"),
        "ar": ("الموقع الإلكتروني", "الموقع الالكتروني", "موقع الإنترنت", "الرابط"),
        "en": ("web site", "web page", "web address", "homepage"),
    },
    "address": {
        "he": ("כתובת", "רחוב", "רחוב ומספר"),
        "ar": ("العنوان", "الشارع", "عنوان"),
        "en": ("street address", "street and number"),
    },
    "city": {"he": ("יישוב", "ישוב", "עיר"), "ar": ("البلدة", "المدينة", "بلدة", "مدينة"), "en": ("town", "locality")},
    "postal_code": {"he": ("מיקוד",), "ar": ("الرمز البريدي",), "en": ("postcode", "zip", "zip code")},
    "latitude": {"he": ("קו רוחב",), "ar": ("خط العرض",), "en": ("lat",)},
    "longitude": {"he": ("קו אורך",), "ar": ("خط الطول",), "en": ("long",)},
    "languages": {
        "he": ("שפות", "שפות השירות", "שפת השירות"),
        "ar": ("اللغات", "لغات الخدمة", "لغة الخدمة"),
        "en": ("languages spoken", "spoken languages"),
    },
    "cost": {
        "he": ("עלות", "מחיר", "עלות לתושב", "תשלום"),
        "ar": ("التكلفة", "السعر", "الرسوم", "الثمن"),
        "en": ("fee", "fees", "how much"),
    },
    "term": {
        "he": ("נושא", "נושאים", "תחום", "קטגוריה"),
        "ar": ("الموضوع", "المواضيع", "المجال", "الفئة"),
        "en": ("topic", "topics", "category", "field of work"),
    },
    "days": {
        "he": ("ימים", "ימי פעילות", "ימי קבלה"),
        "ar": ("الأيام", "ايام", "أيام العمل"),
        "en": ("weekdays", "open on"),
    },
    "opens": {
        "he": ("פתיחה", "שעת פתיחה", "משעה"),
        "ar": ("يفتح", "ساعة الافتتاح", "من الساعة"),
        "en": ("from", "opening time"),
    },
    "closes": {
        "he": ("סגירה", "שעת סגירה", "עד שעה"),
        "ar": ("يغلق", "ساعة الإغلاق", "حتى الساعة"),
        "en": ("until", "closing time"),
    },
    "hours": {
        "he": ("שעות", "שעות פתיחה", "שעות קבלה", "שעות פעילות"),
        "ar": ("ساعات العمل", "ساعات الاستقبال"),
        "en": ("when",),
    },
    "who_may_refer": {
        "he": ("מי מפנה", "הפניה", "אופן הפניה"),
        "ar": ("من يحيل", "الإحالة", "التوجيه"),
        "en": ("who refers", "who can refer"),
    },
    "eligibility_description": {
        "he": ("למי", "זכאות", "תנאי זכאות", "קהל יעד", "אוכלוסיית יעד"),
        "ar": ("لمن", "الاستحقاق", "شروط الاستحقاق", "الفئة المستهدفة"),
        "en": ("for whom", "eligibility", "who can get it", "target group"),
    },
    "application_process": {
        "he": ("איך מצטרפים", "איך נרשמים", "הרשמה", "תהליך קבלה"),
        "ar": ("كيفية التسجيل", "التسجيل", "طريقة التقديم"),
        "en": ("how to apply", "how to enter", "registration"),
    },
    "document": {
        "he": ("מסמכים", "מסמכים נדרשים"),
        "ar": ("المستندات", "المستندات المطلوبة", "الوثائق"),
        "en": ("papers to bring",),
    },
    "wait_time": {"he": ("זמן המתנה",), "ar": ("وقت الانتظار",), "en": ("waiting time", "wait")},
    "accessibility": {
        "he": ("נגישות",),
        "ar": ("سهولة الوصول", "الوصول لذوي الإعاقة"),
        "en": ("access for disabled people",),
    },
    "area": {"he": ("אזור שירות", "אזור"), "ar": ("منطقة الخدمة", "المنطقة"), "en": ("area served", "serves")},
    "minimum_age": {"he": ("גיל מינימלי", "מגיל"), "ar": ("الحد الأدنى للعمر", "من عمر"), "en": ("from age",)},
    "maximum_age": {
        "he": ("גיל מקסימלי", "עד גיל"),
        "ar": ("الحد الأقصى للعمر", "حتى عمر"),
        "en": ("to age", "until age"),
    },
    "assured_date": {
        "he": ("תאריך בדיקה", "נבדק בתאריך"),
        "ar": ("تاريخ التحقق",),
        "en": ("last checked", "checked on"),
    },
}

#: How a language is named behind a heading, in three languages.
LANGUAGE_NAMES: Mapping[str, Sequence[str]] = {
    "en": ("אנגלית", "الإنجليزية", "english", "إنجليزي", "الانجليزية"),
    "he": ("עברית", "العبرية", "hebrew", "عبري"),
    "ar": ("ערבית", "العربية", "arabic", "عربي"),
    "ru": ("רוסית", "الروسية", "russian", "روسي"),
    "uk": ("אוקראינית", "الأوكرانية", "ukrainian"),
    "fr": ("צרפתית", "الفرنسية", "french", "فرنسي"),
    "am": ("אמהרית", "الأمهرية", "amharic"),
}
_PLACE = {"he": 0, "ar": 1, "en": 2}  # of a language's own word in LANGUAGE_NAMES

_FIELD_OF = {
    name_key(word): (field, spoken)
    for field, per_language in HEADINGS.items()
    for spoken, words in per_language.items()
    for word in words
}
_LANGUAGE_OF = {name_key(word): tag for tag, words in LANGUAGE_NAMES.items() for word in words}
#: "in": glued to the language in Hebrew and Arabic, a word of its own in English
_IN = ("ב", "بال", "ب")


def field_of_heading(heading: str) -> tuple[str, str | None] | None:
    """The field a heading names and the language of its words, where the heading says one.

    >>> field_of_heading("שם השירות"), field_of_heading("Description in Arabic"), field_of_heading("הערות")
    (('name', None), ('description', 'ar'), None)
    """
    words = name_key(heading.replace("*", " ")).split()
    if found := _FIELD_OF.get(" ".join(words)):
        return found[0], None
    if len(words) > 1 and (tag := _language(words[-1])):
        rest = words[:-2] if words[-2] == "in" else words[:-1]
        if found := _FIELD_OF.get(" ".join(rest)):
            return found[0], tag
    return None


def spoken_in(headings: Sequence[str]) -> str | None:
    """The language most headings are written in, among those we know words of; ``None`` when we know none of them."""
    votes: dict[str, int] = {}
    for heading in headings:
        if (found := _FIELD_OF.get(name_key(heading))) and found[1] != "en":
            votes[found[1]] = votes.get(found[1], 0) + 1
    return max(votes, key=lambda tag: votes[tag]) if votes else None


def _language(word: str) -> str | None:
    if found := _LANGUAGE_OF.get(word):
        return found
    for prefix in _IN:
        if word.startswith(prefix):
            bare = word.removeprefix(prefix)
            if found := _LANGUAGE_OF.get(bare) or _LANGUAGE_OF.get(f"ال{bare}"):
                return found
    return None


# --- the template ------------------------------------------------------------------------------------------------------

_COLUMNS: tuple[str, ...] = (
    "id",
    "name",
    "description",
    "organisation",
    "phone",
    "email",
    "url",
    "address",
    "city",
    "languages",
)
_COLUMNS += ("cost", "term", "days", "opens", "closes", "who_may_refer")
_IN_EACH_LANGUAGE = ("name", "description")
#: Languages that have a template of their own, and in which languages its texts may stand, the own first.
TEMPLATES = {"he": ("he", "ar", "en"), "ar": ("ar", "he", "en")}
_NAMES = {"he": "סיוע בחיפוש עבודה", "ar": "مساعدة في البحث عن عمل", "en": "Job search help"}
_DESCRIPTIONS = {
    "he": "יועצת עוזרת לכתוב קורות חיים ולחפש עבודה.",
    "ar": "مستشارة تساعدك في كتابة السيرة الذاتية والبحث عن عمل.",
    "en": "A counsellor helps you write a CV and look for work.",
}
_EXAMPLE: Mapping[str, Mapping[str, str]] = {
    "he": {
        "organisation": "מרכז התעסוקה העירוני",
        "address": "הרחוב הראשי 1",
        "city": "ערד",
        "languages": "עברית; ערבית; אנגלית",
        "cost": "חינם",
        "term": "עבודה",
        "days": "א-ה",
        "who_may_refer": "כולם",
    },
    "ar": {
        "organisation": "مركز التشغيل البلدي",
        "address": "الشارع الرئيسي 1",
        "city": "عراد",
        "languages": "العربية; العبرية; الإنجليزية",
        "cost": "مجاني",
        "term": "العمل",
        "days": "الأحد-الخميس",
        "who_may_refer": "الجميع",
    },
}
_SAME = {
    "id": "1",
    "phone": "08-9000000",
    "email": "jobs@example.org",
    "url": "https://example.org/jobs",
    "opens": "08:30",
    "closes": "16:00",
}


def template_in(language: str) -> str:
    """The plain table in Hebrew or Arabic: headings and one example row, which the reader understands as they stand."""
    headings, row = [], []
    for field in _COLUMNS:
        own = HEADINGS[field][language][0]
        if field in _IN_EACH_LANGUAGE:
            texts = _NAMES if field == "name" else _DESCRIPTIONS
            for tag in TEMPLATES[language]:
                headings.append(f"{own} ({LANGUAGE_NAMES[tag][_PLACE[language]]})")
                row.append(texts[tag])
        else:
            headings.append(own)
            row.append(_SAME.get(field) or _EXAMPLE[language][field])
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows((headings, row))
    return stream.getvalue()
