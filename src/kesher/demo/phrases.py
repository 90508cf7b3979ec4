"""What many services say in the same words: for whom, how to enter, what to bring, when."""

from datetime import time

from kesher.demo.texts import words
from kesher.formats.records import ScheduleRecord, Weekday

# --- for whom -------------------------------------------------------------------------------------------------------
EVERYBODY = words("Open to everybody.", "פתוח לכולם.", "مفتوح للجميع.")
RESIDENTS = words("For residents of the town.", "לתושבי היישוב.", "لسكان البلدة.")
NEW_10 = words(
    "For people who came to Israel in the last ten years. Any age from 18.",
    "למי שהגיעו לישראל בעשר השנים האחרונות, מגיל 18.",
    "لمن وصلوا إلى إسرائيل في السنوات العشر الأخيرة، من عمر 18 سنة.",
)
NEW_18_MONTHS = words(
    "For people who came to Israel in the last 18 months. Later is possible if there is room.",
    "למי שהגיעו לישראל ב-18 החודשים האחרונים. אם יש מקום, אפשר גם מאוחר יותר.",
    "لمن وصلوا إلى إسرائيل في آخر 18 شهرًا. يمكن القبول بعد ذلك إذا توفرت أماكن.",
)
SEEKING_WORK = words(
    "For people without work and people who want to change jobs, from age 18.",
    "למי שמחפשים עבודה או רוצים להחליף עבודה, מגיל 18.",
    "لمن يبحثون عن عمل أو يرغبون في تغيير عملهم، من عمر 18 سنة.",
)
LOW_INCOMES = words(
    "For people with a low income. We ask for pay slips or a letter about benefits.",
    "לבעלי הכנסה נמוכה. נבקש תלושי שכר או אישור על קצבה.",
    "لذوي الدخل المحدود. نطلب قسائم رواتب أو شهادة عن مخصصات.",
)
PARENTS_YOUNG = words(
    "For parents of children up to age 6.",
    "להורים לילדים עד גיל 6.",
    "لآباء وأمهات أطفال حتى عمر 6 سنوات.",
)
WOMEN_ONLY = words("For women from age 18.", "לנשים מגיל 18.", "للنساء من عمر 18 سنة.")
WITH_DISABILITY = words(
    "For people with any disability, seen or unseen, from age 18. A confirmed percentage is not needed to begin.",
    "לאנשים עם מוגבלות מכל סוג, נראית או לא נראית, מגיל 18. כדי להתחיל אין צורך באחוזי נכות.",
    "لأشخاص مع أي إعاقة، ظاهرة أو غير ظاهرة، من عمر 18 سنة. لا حاجة لتحديد نسبة عجز من أجل البدء.",
)
SMALL_EMPLOYERS = words(
    "For businesses in the south with up to 50 employees.",
    "לעסקים בדרום שמעסיקים עד 50 עובדים ועובדות.",
    "للمصالح التجارية في الجنوب التي تشغّل حتى 50 عاملًا وعاملة.",
)
EMPLOYERS = words(
    "For every employer in the district, of any size.",
    "לכל המעסיקים במחוז, בכל גודל.",
    "لجميع المشغّلين في اللواء، مهما كان حجمهم.",
)
OWNERS = words(
    "For people who have a small business or are about to open one.",
    "למי שיש להם עסק קטן או שעומדים לפתוח עסק.",
    "لمن لديهم مصلحة صغيرة أو على وشك افتتاح مصلحة.",
)
YOUNG_ADULTS = words(
    "For young people aged 18 to 26.", "לצעירים ולצעירות בני 18 עד 26.", "للشباب والشابات من عمر 18 حتى 26."
)
YOUNG_TO_30 = words(
    "For young people aged 18 to 30.", "לצעירים ולצעירות בני 18 עד 30.", "للشباب والشابات من عمر 18 حتى 30."
)
FROM_60 = words("For people from age 60.", "לבני ולבנות 60 ומעלה.", "لمن بلغوا 60 سنة فما فوق.")
SCHOOL_CHILDREN = words(
    "For children from 6 to 11.", "לילדים ולילדות בני 6 עד 11.", "للأولاد والبنات من عمر 6 حتى 11 سنة."
)
PARENTS_UNDER_3 = words(
    "For parents of a child under 3.", "להורים לילד או ילדה עד גיל 3.", "لأهل طفل أو طفلة دون 3 سنوات."
)
LEARNED_ABROAD = words(
    "For people who learned a profession in another country, from age 18.",
    "למי שלמדו מקצוע במדינה אחרת, מגיל 18.",
    "لمن تعلّموا مهنة في بلد آخر، من عمر 18 سنة.",
)
WITHOUT_WORK = words(
    "For people without work, from age 18.",
    "למי שאין להם עבודה כרגע, מגיל 18.",
    "لمن هم بدون عمل حاليًا، من عمر 18 سنة.",
)
LEARNERS_17 = words(
    "From age 17, for people who need the licence for work.",
    "מגיל 17, למי שצריכים את הרישיון לעבודה.",
    "من عمر 17 سنة، لمن يحتاجون إلى الرخصة من أجل العمل.",
)
RENTERS = words(
    "For people with a low income who rent their home. We ask for pay slips or a letter about benefits.",
    "לבעלי הכנסה נמוכה שגרים בשכירות. נבקש תלושי שכר או אישור על קצבה.",
    "لذوي الدخل المحدود الذين يسكنون بالإيجار. نطلب قسائم رواتب أو شهادة عن مخصصات.",
)
BEGINNING_OWNERS = words(
    "For people who are about to open a business, or opened one less than two years ago.",
    "למי שעומדים לפתוח עסק, או שפתחו עסק לפני פחות משנתיים.",
    "لمن هم على وشك افتتاح مصلحة، أو افتتحوها قبل أقل من سنتين.",
)
ADULTS_COURSE = words(
    "From age 18 to 66. Ten years of school, or a talk with us instead.",
    "מגיל 18 עד 66. נדרשות עשר שנות לימוד, או שיחת התאמה במקומן.",
    "من عمر 18 حتى 66 سنة. المطلوب عشر سنوات تعليمية، أو محادثة ملاءمة بدلًا منها.",
)
ANY_STATUS = words(
    "For everybody who lives here, with any status. We do not pass on names.",
    "לכל מי שגרים כאן, בכל מעמד. איננו מוסרים שמות לאיש.",
    "لكل من يسكن هنا، مهما كانت مكانته القانونية. لا ننقل الأسماء إلى أي جهة.",
)

#: Said by those who give it: nobody is turned away who lives where it is given.
OPEN_TO_ALL = (EVERYBODY, RESIDENTS, ANY_STATUS)

# --- how to enter ---------------------------------------------------------------------------------------------------
WALK_IN = words(
    "Come in opening hours. You do not need an appointment.",
    "מגיעים בשעות הפתיחה. אין צורך לקבוע תור.",
    "يمكن الحضور في ساعات الاستقبال، دون حاجة إلى موعد.",
)
CALL = words(
    "Call to make an appointment. We answer within two working days.",
    "מתקשרים וקובעים פגישה. אנחנו חוזרים בתוך שני ימי עבודה.",
    "يُحدَّد موعد عبر الهاتف. نردّ خلال يومَي عمل.",
)
WRITE = words(
    "Write to us or fill in the form on the website. We call back within three working days.",
    "כותבים לנו או ממלאים את הטופס באתר. אנחנו מתקשרים בתוך שלושה ימי עבודה.",
    "يمكن الكتابة إلينا أو تعبئة النموذج في الموقع. نتصل خلال ثلاثة أيام عمل.",
)
PLACEMENT_TEST = words(
    "Come for a short talk and a level test (30 minutes). You get a group and a starting date on the same day.",
    "מגיעים לשיחה קצרה ולמבחן רמה (30 דקות). באותו יום מקבלים קבוצה ותאריך התחלה.",
    "يُرجى الحضور لمحادثة قصيرة وامتحان مستوى (30 دقيقة). في اليوم نفسه تُحدَّد المجموعة وموعد البدء.",
)
COURSE_ENTRY = words(
    "Register by phone or online, then come to a meeting where we check together that the course fits you.",
    "נרשמים בטלפון או באתר, ואז מגיעים לפגישה ובודקים יחד שהקורס מתאים.",
    "التسجيل عبر الهاتف أو الموقع، ثم يُعقد لقاء نفحص فيه معًا إن كانت الدورة ملائمة.",
)
REFERRED = words(
    "A caseworker or another professional sends us a referral. We then call you within a week.",
    "איש או אשת מקצוע מפנים אלינו, ואנחנו מתקשרים בתוך שבוע.",
    "يوجّهك إلينا عامل أو عاملة مهنية، ثم نتصل بك خلال أسبوع.",
)

# --- what to bring --------------------------------------------------------------------------------------------------
IDENTITY = words("Identity card or passport", "תעודת זהות או דרכון", "بطاقة هوية أو جواز سفر")
NEWCOMER_CARD = words("Newcomer certificate", "תעודת עולה", "شهادة قادم جديد")
DIPLOMA = words(
    "Diploma and list of grades, with a translation if you have one",
    "תעודת סיום וגיליון ציונים, ואם יש גם תרגום",
    "شهادة التخرج وكشف العلامات، مع ترجمة إن وُجدت",
)
PAY_SLIPS = words("Last three pay slips", "שלושת תלושי השכר האחרונים", "آخر ثلاث قسائم راتب")
RENT_CONTRACT = words("Rent contract", "חוזה שכירות", "عقد إيجار")
CV = words("CV, if you have one", "קורות חיים, אם יש", "سيرة ذاتية، إن وُجدت")
BUSINESS_FILE = words(
    "Number of the business, or the plan for it on one page",
    "מספר עוסק, או תוכנית עסקית בעמוד אחד",
    "رقم المصلحة، أو خطة عمل في صفحة واحدة",
)
BENEFIT_LETTER = words("Letter about benefits", "אישור על קצבה", "شهادة عن المخصصات")
CHILD_IDENTITY = words("The child's birth certificate", "תעודת לידה של הילד או הילדה", "شهادة ميلاد الطفل أو الطفلة")
MEDICAL_LETTER = words(
    "Medical papers that you want to share",
    "מסמכים רפואיים שתרצו לשתף",
    "مستندات طبية ترغبون في مشاركتها",
)
LETTERS = words("The letters it is about", "המכתבים שבהם מדובר", "الرسائل المتعلقة بالموضوع")

# --- when -----------------------------------------------------------------------------------------------------------
SUN, MON, TUE, WED, THU, FRI, SAT = (
    Weekday.SUNDAY,
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.WEDNESDAY,
    Weekday.THURSDAY,
    Weekday.FRIDAY,
    Weekday.SATURDAY,
)


def hours(days: tuple[Weekday, ...], opens: int | float, closes: int | float) -> ScheduleRecord:
    """A weekly rule; 8.5 is half past eight. ``closes`` 24 is a minute to midnight."""

    def at(hour: int | float) -> time:
        return time(23, 59) if hour >= 24 else time(int(hour), round(hour % 1 * 60))

    return ScheduleRecord(byday=days, opens_at=at(opens), closes_at=at(closes), freq="WEEKLY", interval=1)


WEEK = (SUN, MON, TUE, WED, THU)
OFFICE = (hours(WEEK, 8, 15),)
OFFICE_LATE = (hours((SUN, TUE, THU), 8, 15), hours((MON, WED), 8, 18.5))
MORNINGS = (hours(WEEK, 8.5, 12.5),)
SPLIT = (hours((SUN, MON, WED, THU), 8.5, 12.5), hours((MON, WED), 16, 18))
EVENINGS = (hours((SUN, TUE), 18, 21),)
EVENINGS_2 = (hours((MON, WED), 17.5, 20.5),)
AFTERNOONS = (hours((SUN, TUE, THU), 14, 18),)
FULL_DAYS = (hours(WEEK, 8.5, 15.5),)
CHILD_HOURS = (hours(WEEK, 7, 16), hours((FRI,), 7, 12.5))
ROUND_THE_CLOCK = (hours((*WEEK, FRI, SAT), 0, 24),)
FRIDAY_TOO = (hours(WEEK, 9, 17), hours((FRI,), 9, 12))
