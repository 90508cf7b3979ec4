"""The small words by which people say how long, when, for whom and in what order they worked, in seven languages.

Lists, not grammar: a phrase is a row of words in any spelling (they are folded here as texts are); a word that ends in
``*`` stands for all that begin so. Languages that share a script share a list, except English and French, whose small
words collide ("an" is an article in one and a year in the other). Not yet reviewed by native speakers.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final

from kesher.engine.text import tokens


class Small(StrEnum):
    """What a small word does."""

    THEN = "then"  # what follows is another experience
    NOW = "now"  # the same, and it still goes on
    AND = "and"
    DETAIL = "detail"  # what follows belongs to what was said
    SEEK = "seek"  # what follows is wished for, not done
    STUDY = "study"  # what follows was learned, not done
    PLACE = "place"  # a country or a large town: no work
    WORK = "work"  # somebody worked; says nothing of what
    FILLER = "filler"  # says nothing at all
    SINCE = "since"
    UNTIL = "until"
    IN = "in"
    ABOUT = "about"
    LAST = "last"  # the last five years
    AGO_BEFORE = "ago before"
    AGO_AFTER = "ago after"
    AGE_BEFORE = "age before"
    AGE_AFTER = "age after"
    EACH = "each"  # every year, per month: no duration
    HALF = "half"
    AND_HALF = "and a half"
    ONE_AND_HALF = "one and a half"
    OWN = "own business"
    RELATIVE = "relative"
    HOUSEHOLD = "family business"
    CARE = "care"
    RAISE = "raise children"
    UNPAID = "unpaid"
    INFORMAL = "informal"
    VOLUNTARY = "voluntary"
    PERSON = "person"  # heads a line of a CV that is about the person
    LEARNED = "learned"  # heads a line of a CV that names what somebody learned or can


#: Group of languages -> what for -> phrases, separated by commas or line ends.
_LISTS: Final[Mapping[str, Mapping[Small, str]]] = {
    "en": {
        Small.PERSON: (
            "curriculum vitae, cv, resume, personal details, details, name, full name, phone, telephone, tel, "
            "mobile, email, e mail, mail, address, date of birth, place of birth, nationality, marital status, "
            "references, hobbies, contact"
        ),
        Small.LEARNED: (
            "skills, software, computer skills, computer, programs, courses, qualifications, driving licence, "
            "driver's license, licences"
        ),
        Small.THEN: (
            "then, later, later on, afterwards, after that, after this, before, before that, before this, "
            "previously, earlier, and then, next"
        ),
        Small.NOW: (
            "now, currently, today, these days, at present, at the moment, right now, present, to date, since "
            "then, and since then"
        ),
        Small.AND: "and, also, plus, as well as, but",
        Small.DETAIL: "mostly, mainly, especially, particularly, including, such as, for example, i know, i can",
        Small.STUDY: (
            "education, studied, study, diploma, degree, bachelor, master's, certificate, graduated, finished "
            "school, high school, university degree, student, languages, "
            "i am learning, i'm learning, i learn, i learned, i study, i am studying, i'm studying, i have been learning, "
            "i've been learning, i have been studying, learning hebrew, learning english, learning the language, "
            "studying hebrew, i am taking a course, i am a student"
        ),
        Small.SEEK: "looking for, i look for, want to, i want, would like to, hope to, interested in",
        Small.WORK: (
            "i worked, worked, work, working, worked as, i was, i am, was, been, i did, did, job, employed, "
            "experience, as a, as an, as, in the job of, started, i started, spent"
        ),
        Small.FILLER: (
            "i, i've, my, a, an, the, of, for, in, at, on, to, me, we, our, had, have, some, there, it, that, "
            "nobody, total, every day, every morning, every night, at night, every week, full time, part time, "
            "sold it, lot"
        ),
        Small.SINCE: "since, from, starting, as of",
        Small.UNTIL: "until, till, to, through, up to, by",
        Small.IN: "in, during, year, the year",
        Small.ABOUT: (
            "about, around, approximately, almost, nearly, over, more than, roughly, some, at least, a little over"
        ),
        Small.LAST: "last, past, the last, the past, for the last, for the past, these",
        Small.AGO_AFTER: "ago, back",
        Small.AGE_BEFORE: "aged, age, i'm, i am, at age, at the age of, since i was, when i was",
        Small.AGE_AFTER: "old, years old, of age",
        Small.EACH: "every, each, per, once a, twice a, times a",
        Small.HALF: "half a, half an, half",
        Small.AND_HALF: "and a half, and half",
        Small.ONE_AND_HALF: "one and a half",
        Small.OWN: (
            "my own, our own, own business, self employed, selfemployed, freelance, freelancer, freelancing, i "
            "owned, owned, my business, owner, sole trader, own boss, on my own account"
        ),
        Small.RELATIVE: (
            "my uncle, my aunt, my dad, my father, my mother, my mum, my mom, my parents, my husband, my wife, my "
            "brother, my sister, my cousin, my in laws, my father in law, my mother in law, my son, my daughter, "
            "my grandmother, my grandma, my grandfather, my relatives, uncle, uncles"
        ),
        Small.HOUSEHOLD: "family business, family shop, family farm, family restaurant, my family, our family, family's",
        Small.CARE: (
            "looked after, look after, looking after, took care of, take care of, taking care of, cared for, "
            "caring for, care for, nursed, tended"
        ),
        Small.RAISE: "raised, brought up, raising, i raised, bringing up, stayed home with, stayed at home with",
        Small.UNPAID: (
            "unpaid, without pay, no pay, nobody paid me, not paid, wasn't paid, without being paid, without a "
            "salary, for free, never got paid"
        ),
        Small.INFORMAL: (
            "without a contract, without contract, no contract, never had a contract, cash in hand, off the "
            "books, under the table, without papers, without any papers, no papers, informal, informally, "
            "undeclared, on the side"
        ),
        Small.VOLUNTARY: "volunteer, volunteered, volunteering, voluntary, as a volunteer",
    },
    "fr": {
        Small.PERSON: (
            "né, née, né le, née le, curriculum vitae, cv, nom, prénom, nom et prénom, téléphone, tél, portable, "
            "courriel, e mail, email, mail, adresse, date de naissance, lieu de naissance, nationalité, situation "
            "familiale, références, loisirs, coordonnées"
        ),
        Small.LEARNED: "compétences, logiciels, informatique, permis, permis de conduire, formation, formations",
        Small.THEN: (
            "puis, ensuite, après, après ça, après cela, et après, avant, avant ça, avant cela, et avant, "
            "auparavant, plus tard, par la suite, et puis"
        ),
        Small.NOW: (
            "maintenant, actuellement, aujourd'hui, en ce moment, à présent, présent, ce jour, à ce jour, depuis lors"
        ),
        Small.AND: "et, aussi, ainsi que, plus, mais",
        Small.DETAIL: "surtout, principalement, notamment, en particulier, par exemple, je connais, je sais",
        Small.STUDY: (
            "études, j'ai étudié, étudié, diplôme, licence, baccalauréat, bac, certificat, étudiant, étudiante, langues, "
            "j'apprends, j'ai appris, j'étudie, je suis en formation, je suis des cours, je suis étudiant, je suis étudiante"
        ),
        Small.SEEK: "je cherche, cherche, je voudrais, je veux, recherche",
        Small.WORK: (
            "j'ai travaillé, travaillé, je travaille, travaille, j'étais, étais, j'ai été, été, je suis, suis, "
            "comme, en tant que, emploi, expérience, fait, j'ai fait, fais, je fais"
        ),
        Small.FILLER: (
            "je, me, j, ai, ma, mon, mes, un, une, le, la, les, de, du, des, dans, pendant, à, au, aux, en, chez, "
            "pour, sur, ça, tous les jours, à temps plein, d, l, s, qu, que, qui, sans"
        ),
        Small.SINCE: "depuis, de, dès, à partir de, du",
        Small.UNTIL: "jusqu'en, jusqu'à, jusque, à, au, jusqu",
        Small.IN: "en, année, l'année",
        Small.ABOUT: "environ, presque, à peu près, plus de, une bonne, quelque, près de, au moins",
        Small.LAST: "derniers, dernières, ces, les derniers, les",
        Small.AGO_BEFORE: "il y a, y a",
        Small.AGE_BEFORE: "j'ai, âgé de, âgée de, à l'âge de, âge",
        Small.EACH: "par, chaque",
        Small.HALF: "demi, demie, une demi, la moitié d'un",
        Small.AND_HALF: "et demi, et demie",
        Small.OWN: (
            "à mon compte, mon propre, ma propre, indépendant, indépendante, auto entrepreneur, autoentrepreneur, "
            "autoentrepreneuse, patron, patronne, j'ai tenu, je tenais, tenu, tenais, mon entreprise, mon "
            "commerce, j'avais mon, j'avais ma, freelance, gérant, gérante"
        ),
        Small.RELATIVE: (
            "mon oncle, ma tante, mon père, ma mère, mes parents, mon mari, ma femme, mon frère, ma soeur, mon "
            "cousin, ma cousine, mon beau père, ma belle mère, mon fils, ma fille, ma grand mère, mon grand père"
        ),
        Small.HOUSEHOLD: "entreprise familiale, familial, familiale, ma famille, la famille",
        Small.CARE: (
            "je me suis occupée de, je me suis occupé de, occupée de, occupé de, je m'occupais de, m'occupais de, "
            "occupais, soigné, soignée, pris soin de, prendre soin de, gardé"
        ),
        Small.RAISE: "élevé, j'ai élevé, élever",
        Small.UNPAID: (
            "sans être payée, sans être payé, sans salaire, non payé, non payée, sans rémunération, gratuitement, "
            "pas payée, pas payé"
        ),
        Small.INFORMAL: "au noir, sans contrat, non déclaré, non déclarée, sans papiers, pas déclaré, pas déclarée",
        Small.VOLUNTARY: "bénévole, bénévolement, bénévolat, volontaire",
    },
    "he": {
        Small.PERSON: (
            "קורות חיים, קוח, פרטים אישיים, פרטי התקשרות, שם, שם מלא, שם פרטי, שם משפחה, טלפון, נייד, טל, דואל, "
            "אימייל, מייל, כתובת, תאריך לידה, שנת לידה, מצב משפחתי, ממליצים, המלצות, תחביבים"
        ),
        Small.LEARNED: "תוכנות, מחשב, יישומי מחשב, כישורים, מיומנויות, קורסים, הכשרות, רישיון נהיגה, רישיונות",
        Small.THEN: (
            "ואז, אז, אחר כך, ואחר כך, אחרי זה, אחרי כן, אחרי, לאחר מכן, לאחר, לפני כן, לפני זה, לפני, קודם, קודם "
            "לכן, בהמשך, מאוחר יותר"
        ),
        Small.NOW: "היום, עכשיו, כיום, כרגע, בימים אלה, הווה, מאז, ומאז, מאז ש",
        Small.AND: "וגם, גם, בנוסף, וכן, אבל, אך",
        Small.DETAIL: "בעיקר, במיוחד, כולל, למשל, יודע, יודעת, מכיר, מכירה, שולט, שולטת",
        Small.STUDY: (
            "השכלה, למדתי, לימודים, תואר, תואר ראשון, תואר שני, תעודה, תעודת, דיפלומה, בוגר, בוגרת, סטודנט, "
            "סטודנטית, סיימתי, תיכון, שפות, "
            "לומד, לומדת, אני לומד, אני לומדת, ואני לומד, ואני לומדת, לומדים, סטודנטים"
        ),
        Small.PLACE: (
            "ישראל, בישראל, תל אביב, בתל אביב, ירושלים, בירושלים, חיפה, בחיפה, באר שבע, בבאר שבע, ערד, בערד, "
            "אשדוד, באשדוד, הארץ, בארץ, בחול, אתיופיה, באתיופיה, אדיס אבבה, באדיס אבבה, רוסיה, ברוסיה, מוסקבה, "
            "במוסקבה, אוקראינה, באוקראינה, קייב, בקייב, צרפת, בצרפת, סוריה, מרוקו, הודו, תאילנד, ארצות הברית, "
            "בארצות הברית, גרמניה, בגרמניה, בצפון, בדרום, במרכז"
        ),
        Small.SEEK: "מחפש, מחפשת, מחפשים, רוצה, מעוניין, מעוניינת, אשמח",
        Small.WORK: (
            "עבדתי, עובד, עובדת, עבדתי בתור, הייתי, בתור, היה, עבודה, ניסיון, נסיון, ותק, עסקתי, התחלתי, משרה, "
            "במשרת, בתפקיד, אני, ואני, אני עובד, אני עובדת, ניסיון תעסוקתי, נסיון תעסוקתי, ניסיון מקצועי, נסיון "
            "מקצועי, ניסיון בעבודה, נסיון בעבודה, רקע תעסוקתי, רקע מקצועי, היסטוריה תעסוקתית"
        ),
        Small.FILLER: (
            "של, שלי, שלו, שלה, שלנו, את, על, אצל, ב, ל, מ, ה, ו, כל יום, כל בוקר, כל ערב, כל לילה, כל, לי, במשך, "
            "למשך, זה, שם, פה, כאן, משרה מלאה, חצי משרה, בלי, ללא"
        ),
        Small.SINCE: "מאז, ומאז, משנת, החל מ, החל משנת, מ, החל, מתחילת, מסוף",
        Small.UNTIL: "עד, ועד, עד שנת, ל",
        Small.IN: "בשנת, ב, שנת, בשנים, בין",
        Small.ABOUT: "בערך, כ, כמעט, יותר מ, מעל, לפחות, מעל ל, סביב, איזה",
        Small.LAST: "האחרונות, האחרונים, האחרונה, בשנים האחרונות",
        Small.AGO_BEFORE: "לפני",
        Small.AGE_BEFORE: "בן, בת, אני בן, אני בת, מגיל, בגיל, גיל, גילי",
        Small.EACH: "כל, לכל, בכל",
        Small.HALF: "חצי, כחצי",
        Small.AND_HALF: "וחצי, ומחצה",
        Small.OWN: (
            "משלי, משלנו, עצמאי, עצמאית, עצמאיים, העסק שלי, עסק שלי, עסק, פרילנס, פרילנסר, פרילנסרית, פתחתי, "
            "הקמתי, בעלים, בעל עסק, בעלת עסק, כעצמאי, כעצמאית, לעצמי"
        ),
        Small.RELATIVE: (
            "אבא, אבא שלי, לאבא, באבא, אבי, אמא, אמא שלי, לאמא, באמא, אמי, דוד שלי, הדוד שלי, דודה שלי, הדודה "
            "שלי, בעלי, לבעלי, עם בעלי, אשתי, לאשתי, אחי, אחותי, ההורים, ההורים שלי, להורים, הוריי, חמי, חמותי, "
            "סבתא, סבתא שלי, בסבתא, סבא, בסבא, בן דוד, בני, בתי, חותני, לאח שלי, הדוד"
        ),
        Small.HOUSEHOLD: "עסק משפחתי, בעסק המשפחתי, משפחתי, משפחתית, המשפחתי, המשפחתית, משפחתנו",
        Small.CARE: (
            "טיפלתי, לטפל, מטפל, מטפלת, מטפלים, מטפלות, טיפלנו, סעדתי, סועד, סועדת, דאגתי ל, דאגתי, דואג ל, דואגת ל, "
            "דואג, דואגת, השגחתי, משגיח, משגיחה, סיעדתי, סעד"
        ),
        Small.RAISE: "גידלתי, גדלתי ילדים, לגדל, גידול ילדים, גידול הילדים, גידלנו",
        Small.UNPAID: "בלי שכר, ללא שכר, בלי תשלום, ללא תשלום, לא שילמו לי, בלי משכורת, ללא משכורת, בחינם",
        Small.INFORMAL: "בשחור, בלי חוזה, ללא חוזה, בלי תלוש, ללא תלוש, בלי תלושים, במזומן, בלי מסמכים, לא רשום, לא מדווח",
        Small.VOLUNTARY: "בהתנדבות, התנדבתי, מתנדב, מתנדבת, התנדבות",
    },
    "ar": {
        Small.PERSON: (
            "السيرة الذاتية, سيرة ذاتية, معلومات شخصية, الاسم, الاسم الكامل, هاتف, الهاتف, جوال, موبايل, بريد "
            "إلكتروني, البريد الإلكتروني, ايميل, العنوان, تاريخ الميلاد, مكان الميلاد, الجنسية, الحالة "
            "الاجتماعية, الهوايات"
        ),
        Small.LEARNED: "مهارات, المهارات, برامج, الحاسوب, اللغات, دورات, رخصة قيادة, رخصة القيادة",
        Small.THEN: (
            "ثم, بعدها, بعد ذلك, بعدين, بعد هيك, بعد هذا, بعد, لاحقا, من ثم, قبلها, قبل ذلك, قبل هيك, قبل, سابقا, "
            "من قبل, تالي"
        ),
        Small.NOW: "الآن, الحاضر, يومنا هذا, منذ ذلك الحين, حاليا, هلأ, هلق, اليوم, هسا, الحين, حالياً",
        Small.AND: "وكمان, كمان, أيضا, كذلك, و, لكن, بس",
        Small.DETAIL: "خصوصا, خاصة, بالأخص, غالبا, معظمها, مثل, مثلا, أتقن, أعرف, بعرف, بما في ذلك, أغلبها",
        Small.STUDY: (
            "تعليم, درست, دراسة, شهادة, دبلوم, بكالوريوس, ماجستير, خريج, خريجة, طالب, طالبة, تخرجت, لغات, "
            "أدرس, أتعلم, بدرس, بتعلم, تعلمت, أنا أتعلم, أنا بتعلم, عم بتعلم, عم أتعلم, وأنا أتعلم, وأنا بتعلم, أنا "
            "أدرس العبرية, أنا أدرس اللغة, أنا طالب, أنا طالبة"
        ),
        Small.PLACE: (
            "سوريا, في سوريا, حلب, دمشق, الشام, حمص, درعا, العراق, بغداد, مصر, القاهرة, الأردن, عمان, لبنان, "
            "بيروت, السودان, الخرطوم, اليمن, تركيا, اسطنبول, ألمانيا, إسرائيل, القدس, بالقدس, حيفا, الناصرة, رهط, "
            "فلسطين, غزة, السعودية, الخليج, دبي, الإمارات, المغرب, أوروبا"
        ),
        Small.SEEK: "أبحث عن, أبحث, بدور على, بدي, أريد, أرغب, مهتم, مهتمة, حابب, حابة",
        Small.WORK: (
            "عملت, أعمل, اشتغلت, أشتغل, بشتغل, كنت, أنا, شغل, عمل, خبرة, كـ, بصفتي, كنت أعمل, كنت أشتغل, عندي, "
            "عند, وظيفة, بدأت"
        ),
        Small.FILLER: (
            "في, من, على, إلى, مع, عن, ب, ل, ال, لي, كل يوم, يوميا, كل صباح, دوام كامل, هناك, هنا, لمدة, مدة, "
            "بدون, بلا, دون, خلال, تقريبا"
        ),
        Small.SINCE: "من, منذ, من سنة, من عام, منذ عام, منذ سنة, ابتداء من, اعتبارا من, مذ",
        Small.UNTIL: "إلى, حتى, لغاية, لحد, ل, إلى عام, حتى عام, لسنة, إلى سنة",
        Small.IN: "في, سنة, عام, في سنة, في عام, بين, بسنة",
        Small.ABOUT: "حوالي, تقريبا, نحو, أكثر من, قرابة, شي, فوق, على الأقل, ما يقارب",
        Small.LAST: "الأخيرة, الماضية, آخر, الأخيرين",
        Small.AGO_BEFORE: "قبل",
        Small.AGE_BEFORE: "عمري, عمره, بعمر, وعمري, منذ سن, في سن, سن, من عمر",
        Small.EACH: "كل, بال, في ال",
        Small.HALF: "نص, نصف",
        Small.AND_HALF: "ونص, ونصف, و نص, و نصف",
        Small.OWN: (
            "لحسابي, لحسابي الخاص, لحالي, خاص بي, خاصة بي, خاصة فيي, خاص فيي, الخاص, الخاصة, مشروعي, محلي, عندي "
            "محل, كان عندي محل, صاحب, صاحبة, عملي الخاص, فتحت, أعمال حرة, عمل حر, مستقل, مستقلة, ملكي, بمحلي, "
            "كراجي, مطعمي"
        ),
        Small.RELATIVE: (
            "أبي, أبوي, والدي, بابا, أمي, والدتي, ماما, عمي, خالي, خالتي, عمتي, زوجي, زوجتي, مرتي, جوزي, أخي, "
            "أخوي, أختي, أهلي, حماي, حماتي, بحماتي, بأمي, بوالدتي, بأبي, بوالدي, جدتي, جدي, بجدتي, ابن عمي, ابني, "
            "بنتي, لأمي, لأبي"
        ),
        Small.HOUSEHOLD: "عائلتي, العائلة, عائلي, عائلية, مشروع عائلي, محل العائلة",
        Small.CARE: (
            "اعتنيت, أعتني, اعتني, عناية, رعيت, أرعى, اهتميت, اهتممت, كنت أهتم, ساعدت في رعاية, رعاية, خدمت, درت "
            "بالي, بعتني, بدير بالي, بهتم"
        ),
        Small.RAISE: "ربيت, أربي, تربية, ربيت الأولاد",
        Small.UNPAID: "بدون أجر, بلا أجر, دون أجر, بدون مقابل, بلا مقابل, دون مقابل, بدون راتب, بلا راتب, مجانا, ببلاش",
        Small.INFORMAL: (
            "بدون عقد, بلا عقد, دون عقد, بالأسود, من غير عقد, بدون تسجيل, بدون أوراق, بلا أوراق, مياومة, كاش, تحت "
            "الطاولة"
        ),
        Small.VOLUNTARY: "متطوع, متطوعة, تطوعت, تطوعا, تطوع",
    },
    "cyrillic": {
        Small.PERSON: (
            "резюме, личные данные, имя, фио, фамилия, телефон, тел, почта, эл почта, адрес, дата рождения, место "
            "рождения, гражданство, семейное положение, рекомендации, хобби, ім'я, піб, прізвище, пошта, адреса, "
            "дата народження, місце народження, громадянство, сімейний стан, рекомендації, хобі, особисті дані"
        ),
        Small.LEARNED: (
            "навыки, программы, компьютер, навички, програми, комп'ютер, водительские права, водійські права, курси"
        ),
        Small.THEN: (
            "потом, затем, после этого, после того, после, до этого, до того, раньше, ранее, прежде, позже, а "
            "потом, дальше, потім, далі, згодом, після цього, після того, після, до цього, раніше, пізніше, а "
            "потім, перед тим, перед этим"
        ),
        Small.NOW: (
            "сейчас, теперь, в настоящее время, сегодня, зараз, тепер, наразі, сьогодні, на данный момент, по "
            "настоящее время, настоящее время, с тех пор, по сей день, дотепер, по теперішній час, відтоді, з "
            "того часу"
        ),
        Small.AND: "и, а также, также, ещё, і, й, та, а також, також, ще, плюс, но, однако, але, проте, однак",
        Small.DETAIL: (
            "в основном, особенно, преимущественно, включая, например, знаю, умею, владею, в основному, "
            "переважно, особливо, зокрема, наприклад, вмію, володію"
        ),
        Small.STUDY: (
            "образование, учился, училась, диплом, диплома, аттестат, окончил, окончила, закончил, закончила, "
            "выпускник, выпускница, студент, студентка, курсы, языки, освіта, навчався, навчалася, навчалась, "
            "закінчив, закінчила, атестат, мови, "
            "учусь, я учусь, учу иврит, учу язык, учу английский, я учу иврит, я учу язык, я учу английский, изучаю, я "
            "изучаю, вчуся, я вчуся, вчу іврит, вчу мову, я вчу іврит, я вчу мову, навчаюся, я навчаюся, навчаюсь, я "
            "навчаюсь, вивчаю, я вивчаю, я студент, я студентка"
        ),
        Small.SEEK: "ищу, хочу, хотел бы, хотела бы, шукаю, хотів би, хотіла б, интересует, цікавить",
        Small.WORK: (
            "работал, работала, работаю, работать, работа, был, была, опыт, опыта, стаж, стажа, стажу, досвіду, "
            "трудился, трудилась, я, служил, служила, трудовой стаж, працював, працювала, працюю, працювати, "
            "робота, робив, робила, був, була, досвід, стаж роботи"
        ),
        Small.FILLER: (
            "в, во, на, у, с, со, к, по, за, из, от, для, о, моя, мой, мои, мне, меня, каждый день, полный день, "
            "по ночам, всего, уже, з, із, зі, до, від, про, мій, мої, мені, мене, щодня, кожен день, вже, усього, "
            "без, не"
        ),
        Small.SINCE: "с, со, начиная с, з, із, зі, починаючи з, від",
        Small.UNTIL: "по, до, до конца, до кінця",
        Small.IN: "в, во, у, году, год, року, рік, г, р, рр, гг",
        Small.ABOUT: (
            "около, примерно, почти, где-то, более, больше, свыше, близько, приблизно, майже, десь, більше, "
            "понад, не менее, не менше"
        ),
        Small.LAST: "последние, последний, последних, останні, останній, останніх",
        Small.AGO_AFTER: "назад, тому, тому назад",
        Small.AGE_BEFORE: "мне, мені, в возрасте, у віці, с возраста",
        Small.AGE_AFTER: "от роду",
        Small.EACH: "каждый, каждые, в, раз в, кожен, кожні, щороку, на",
        Small.HALF: "пів, пол, половина",
        Small.AND_HALF: "с половиной, з половиною, і пів, и пол",
        Small.ONE_AND_HALF: "полтора, полторы, півтора, півтори",
        Small.OWN: (
            "свой, своя, своё, свою, своей, своего, свои, собственный, собственная, собственное, собственную, "
            "собственный бизнес, ип, на себя, фриланс, фрилансер, свій, своє, свої, свого, своєю, власний, "
            "власна, власне, власну, власної, фоп, на себе, частный предприниматель, приватний підприємець, "
            "предприниматель, самозанятый, самозанятая, самозайнятий, открыл, открыла, відкрив, відкрила"
        ),
        Small.RELATIVE: (
            "дядя, дяди, дяде, дядей, тётя, тёти, отец, отца, отцу, отцом, папа, папы, папе, папой, мама, мамы, "
            "маме, мамой, мать, матери, матерью, муж, мужа, мужу, мужем, жена, жены, жене, брат, брата, брату, "
            "братом, сестра, сестре, родители, родителям, родителей, бабушка, бабушки, бабушке, бабушкой, "
            "бабушку, дедушка, дедушкой, свекровь, свекровью, тесть, тестя, дядько, дядька, дядьком, дядьку, "
            "тітка, батько, батька, батькові, батьком, тато, тата, тату, татом, мамі, мамою, маму, матір, матері, "
            "матір'ю, чоловік, чоловіка, чоловікові, чоловіком, дружина, дружини, братові, батьки, батькам, "
            "батьків, бабуся, бабусю, бабусею, дідусь, дідусем, свекруха, свекрухою"
        ),
        Small.HOUSEHOLD: "семейн*, сімейн*, родинн*, семейный бизнес, семья, семье, семьи, родини, родині",
        Small.CARE: (
            "ухаживал, ухаживала, ухаживаю, ухаживать, заботился, заботилась, присматривал, присматривала, сидела "
            "с, сидел с, досматривала, доглядав, доглядала, доглядаю, доглядати, піклувався, піклувалася, "
            "піклувалась, дбала, дбав, наглядала"
        ),
        Small.RAISE: (
            "растила, растил, воспитывала, воспитывал, вырастила, вырастил, воспитание детей, ростила, ростив, "
            "виховувала, виховував, виростила, виростив, виховання дітей, декрет, декрете, декреті"
        ),
        Small.UNPAID: (
            "без оплаты, без зарплаты, без платы, бесплатно, не платили, без зарплати, без оплати, безкоштовно, "
            "безоплатно"
        ),
        Small.INFORMAL: (
            "неофициально, неофициальная, без договора, без контракта, без оформления, в чёрную, по черному, "
            "шабашки, шабашил, калымил, неофіційно, без договору, без контракту, без оформлення, нелегально, за "
            "готівку, за наличные"
        ),
        Small.VOLUNTARY: (
            "волонтёр, волонтёром, волонтёрила, волонтёрство, доброволец, волонтер, волонтером, волонтеркою, "
            "волонтерила, волонтерив, волонтерство, на общественных началах"
        ),
    },
    "am": {
        Small.PERSON: "የሕይወት ታሪክ, ስም, ሙሉ ስም, ስልክ, ስልክ ቁጥር, ኢሜይል, ኢሜል, አድራሻ, የትውልድ ቀን, የልደት ቀን, ዜግነት, የጋብቻ ሁኔታ",
        Small.LEARNED: "ችሎታ, ችሎታዎች, የኮምፒውተር ችሎታ, ቋንቋዎች, መንጃ ፈቃድ",
        Small.THEN: "ከዚያ, ከዛ, ከዚያ በኋላ, ከዛ በኋላ, በኋላ, ከዚህ በኋላ, ቀጥሎ, ከዚያ በፊት, ከዛ በፊት, ከዚህ በፊት, በፊት, ቀደም ሲል",
        Small.NOW: "አሁን, ዛሬ, በአሁኑ ጊዜ, በአሁኑ ሰዓት",
        Small.AND: "እና, እንዲሁም, ደግሞ, ና, ግን, ነገር ግን",
        Small.DETAIL: "በተለይ, በተለይም, ለምሳሌ, ጨምሮ, አብዛኛውን ጊዜ",
        Small.STUDY: "ትምህርት, እየተማርኩ, እየተማርኩ ነው, እየተማርኩ ነኝ, እማራለሁ, ተማርኩ, ተምሬአለሁ, ተምሬያለሁ, ዲፕሎማ, ዲግሪ, ሰርተፊኬት, ተመረቅኩ, ተማሪ",
        Small.PLACE: (
            "እስራኤል, በእስራኤል, ኢትዮጵያ, በኢትዮጵያ, አዲስ አበባ, በአዲስ አበባ, ሊባኖስ, በሊባኖስ, ሱዳን, በሱዳን, ጎንደር, በጎንደር, ባህር ዳር, ኤርትራ, "
            "አስመራ, ዱባይ, ሳዑዲ, ኬንያ, ቴል አቪቭ, ኢየሩሳሌም, ሀገር ቤት"
        ),
        Small.SEEK: "እፈልጋለሁ, እየፈለግኩ, መሥራት እፈልጋለሁ",
        Small.WORK: (
            "ሰራሁ, ሠርቻለሁ, እሰራ ነበር, ሰርቻለሁ, እሠራለሁ, ሰራተኛ ነበርኩ, ነበርኩ, ነበር, ነኝ, ሆኜ, ሆኜ ሰራሁ, ሆንኩ, ሥራ, ስራ, ልምድ, የስራ ልምድ, "
            "አለኝ, ነበረኝ, ልምድ አለኝ, በመሆን"
        ),
        Small.FILLER: "በ, ለ, ከ, የ, ውስጥ, እዚህ, እዚያ, ላይ, ቤት ውስጥ, በየቀኑ, ጊዜ, ያህል, ያለ, ጋር",
        Small.SINCE: "ከ, ጀምሮ",
        Small.UNTIL: "እስከ",
        Small.IN: "በ, ዓ.ም, ዓ, ም, እ.ኤ.አ",
        Small.ABOUT: "ገደማ, ያህል, በግምት, ወደ, ከ በላይ",
        Small.LAST: "ያለፉት, ባለፉት, የመጨረሻ, የመጨረሻዎቹ, ያለፈው",
        Small.AGO_AFTER: "በፊት",
        Small.AGE_BEFORE: "ዕድሜዬ, እድሜዬ",
        Small.AGE_AFTER: "ዓመቴ, አመቴ",
        Small.EACH: "በየ",
        Small.HALF: "ግማሽ",
        Small.AND_HALF: "ተኩል, ከግማሽ, ከመንፈቅ",
        Small.OWN: "የራሴ, በራሴ, የግል, የግሌ, የራሴን, በግሌ",
        Small.RELATIVE: (
            "አጎቴ, የአጎቴ, በአጎቴ, አባቴ, የአባቴ, በአባቴ, ከአባቴ ጋር, እናቴ, እናቴን, የእናቴ, ባለቤቴ, የባለቤቴ, ባሌ, ሚስቴ, ወንድሜ, የወንድሜ, እህቴ, "
            "የእህቴ, ቤተሰቦቼ, አያቴ, አያቴን, አባቴን, አክስቴ, የአክስቴ"
        ),
        Small.HOUSEHOLD: "የቤተሰብ, ቤተሰባችን, የቤተሰባችን, የቤተሰቤ",
        Small.CARE: (
            "ተንከባክቤአለሁ, ተንከባክቤያለሁ, ተንከባከብኩ, እንከባከብ ነበር, አስታመምኩ, አስታምሜአለሁ, አስታምሜያለሁ, እያስታመምኩ, ተንከባከ*, ተንከባክ*, "
            "አስታም*, መንከባከብ"
        ),
        Small.RAISE: "አሳደግኩ, ልጆች አሳደግኩ, አሳድጌአለሁ, አሳድጌያለሁ, ልጆቼን, አሳድግ ነበር",
        Small.UNPAID: "ያለ ክፍያ, ያለክፍያ, ያለ ደመወዝ, ያለደመወዝ, በነጻ, በነፃ",
        Small.INFORMAL: "ያለ ውል, ያለውል, ያለ ኮንትራት, ያለ ሰነድ, ያለ ወረቀት, በጥቁር",
        Small.VOLUNTARY: "በጎ ፈቃደኛ, በፈቃደኝነት, በበጎ ፈቃድ",
    },
}

#: Letters that stick to the front of a word and leave its meaning.
GLUED: Final[Mapping[str, tuple[str, ...]]] = {
    "he": ("וכש", "כש", "ול", "וב", "וכ", "ומ", "וה", "ו", "ה", "ש", "ב", "ל", "כ", "מ"),
    "ar": ("وال", "وك", "وب", "ول", "كال", "بال", "ال", "لل", "و", "ف", "ب", "ل", "ك"),
    "am": ("የ", "በ", "ለ", "ከ", "እንደ", "ስለ"),
}

Phrase = tuple[str, ...]


def group_of(language: str) -> str:
    """The list that serves a language: its own, or that of its script; English for those without."""
    return {"ru": "cyrillic", "uk": "cyrillic", "be": "cyrillic", "bg": "cyrillic", "ti": "am"}.get(
        language, language if language in _LISTS else "en"
    )


class Lexicon:
    """The small words of one group of languages, to be looked up from any place in a row of folded words."""

    def __init__(self, group: str) -> None:
        self.group = group
        self._by_first: dict[str, list[tuple[Phrase, Small]]] = {}
        for small, listed in _LISTS[group].items():
            for phrase in _phrases(listed):
                self._by_first.setdefault(phrase[0].rstrip("*")[:2], []).append((phrase, small))
        for found in self._by_first.values():
            found.sort(key=lambda one: -len(one[0]))

    def at(self, folded: Sequence[str], place: int) -> dict[Small, int]:
        """What the words from `place` on may do, and how many of them do it: the longest phrase of each kind."""
        found: dict[Small, int] = {}
        first = folded[place]
        for phrase, small in self._by_first.get(first[:2], ()):
            if len(phrase) > found.get(small, 0) and _is_there(phrase, folded, place):
                found[small] = len(phrase)
        return found


def _is_there(phrase: Phrase, folded: Sequence[str], place: int) -> bool:
    if place + len(phrase) > len(folded):
        return False
    return all(
        word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
        for wanted, word in zip(phrase, folded[place : place + len(phrase)], strict=True)
    )


def _phrases(listed: str) -> Iterator[Phrase]:
    for phrase in listed.split(","):
        words: list[str] = []
        for word in phrase.split():
            found = tokens(word.rstrip("*"))
            words += [*found[:-1], found[-1] + "*" * word.endswith("*")] if found else []
        if words:
            yield tuple(words)


@lru_cache(maxsize=8)
def lexicon(group: str) -> Lexicon:
    """The one of a group, built once."""
    return Lexicon(group)


def without_glued(word: str, group: str) -> Iterator[str]:
    """A folded word without what is glued to its front, the longest first, as long as two letters are left."""
    for front in GLUED.get(group, ()):
        if word.startswith(front) and len(word) - len(front) >= 2:
            yield word[len(front) :]
