"""The visitors one can spend a day as in the demo town: who they are, where they work, what to try first."""

from dataclasses import dataclass

from kesher.accounts.roles import Role
from kesher.demo.texts import words
from kesher.formats.records import Text

PASSWORD = "a-day-in-town"  # noqa: S105 - of invented people in a demo that says so on every page


@dataclass(frozen=True, slots=True)
class Visitor:
    """``email`` logs in with :data:`PASSWORD`; ``office`` is a key of the demo's offices, "" for none.

    ``room`` is the URL name of the page the ``task`` begins on; while that page does not exist, the visitor lands on
    ``meanwhile`` and the card says that the room is still being built. ``shows`` says what one will have seen.
    """

    key: str
    name: str
    title: Text
    email: str
    language: str
    office: str
    role: str
    task: Text
    shows: Text
    room: str
    meanwhile: str = "front"
    icon: str = "user"
    #: A second organisation they work for, and what they are there.
    also: tuple[str, str] | None = None


VISITORS: tuple[Visitor, ...] = (
    Visitor(
        key="newcomer",
        name="Almaz T.",
        title=words(
            "Newcomer", "עולה חדשה", "قادمة جديدة", "Репатриантка", "Репатріантка", "Nouvelle arrivante", "አዲስ መጤ"
        ),
        email="almaz@demo.example",
        language="am",
        office="",
        role="",
        task=words(
            "Say in your own words that you look for a Hebrew course, answer what is asked, and see what fits near Kiryat Gat.",
            "לספר במילים שלכם שאתם מחפשים קורס עברית, לענות על השאלות, ולראות מה מתאים ליד קריית גת.",
            "قولوا بكلماتكم إنكم تبحثون عن دورة عبرية، وأجيبوا عن الأسئلة، وانظروا ما يناسب قرب كريات جات.",
            "Скажите, что ищете курс иврита, ответьте на вопросы и посмотрите, что подходит рядом с Кирьят-Гатом.",
            "Скажіть своїми словами, що шукаєте курс івриту, дайте відповіді й подивіться, що підходить поруч із Кір'ят-Гатом.",
            "Dites avec vos mots que vous cherchez un cours d'hébreu, répondez, et voyez ce qui convient près de Kiryat Gat.",
            "ዕብራይስጥ መማር እንደሚፈልጉ በራስዎ ቃላት ይናገሩ፣ ጥያቄዎቹን ይመልሱ፣ በቂርያት ጋት አቅራቢያ የሚስማማውን ይመልከቱ።",
        ),
        shows=words(
            "What fits, what may fit and what does not, each with its reason, in seven languages and without giving a name.",
            "מה מתאים, מה אולי ומה לא, עם הסיבה לכל אחד, בשבע שפות ובלי למסור שם.",
            "ما يناسب وما قد يناسب وما لا يناسب، ولكلٍّ سببه، بسبع لغات ودون ذكر الاسم.",
            "Что подходит, что возможно и что нет, с причиной, на семи языках и без имени.",
            "Що підходить, що можливо і що ні, з причиною, сімома мовами й без імені.",
            "Ce qui convient, peut-être ou pas, avec la raison, en sept langues et sans donner de nom.",
            "የሚስማማው፣ ሊስማማ የሚችለውና የማይስማማው፣ እያንዳንዱ ከምክንያቱ ጋር፣ በሰባት ቋንቋ፣ ያለ ስም።",
        ),
        room="find_person",
        icon="languages",
    ),
    Visitor(
        key="caseworker",
        name="Noa Levi",
        title=words("Caseworker", "גורם מטפל", "مرافقة مهنية"),
        email="noa@demo.example",
        language="he",
        office="employment-service",
        role=Role.CASEWORKER,
        task=words(
            "Answer the referral that has been silent for a week, and plan the next step with the person.",
            "לענות להפניה שמחכה כבר שבוע, ולתכנן עם האדם את הצעד הבא.",
            "متابعة إحالة تنتظر ردًا منذ أسبوع، وتخطيط الخطوة التالية مع الشخص.",
        ),
        shows=words(
            "Who needs an answer today, and why.",
            "מי צריכים תשובה היום, ולמה.",
            "من يحتاج إلى رد اليوم، ولماذا.",
        ),
        room="caseworker_today",
        meanwhile="caseworker_people",
        icon="handshake",
    ),
    Visitor(
        key="convenor",
        name="Yael Mizrahi",
        title=words("Convenor of the table", "מובילת השולחן", "منسّقة الطاولة"),
        email="yael@demo.example",
        language="he",
        office="municipality",
        role=Role.CONVENOR,
        task=words(
            "Take two signals of what is missing into the next session, and record who promises what.",
            "להעביר שני סימנים למה שחסר לישיבה הבאה, ולרשום מי מתחייבים למה.",
            "نقل إشارتين إلى ما ينقص إلى الجلسة القادمة، وتسجيل من يلتزم بماذا.",
        ),
        shows=words(
            "The town's own numbers, and who promised to mend what.",
            "המספרים של העיר עצמה, ומי התחייבו לתקן מה.",
            "أرقام البلدة نفسها، ومن التزم بإصلاح ماذا.",
        ),
        room="convening_table",
        meanwhile="services",
        icon="users",
    ),
    Visitor(
        key="partner",
        name="Samir Abu-Rabia",
        title=words("Partner: an association", "שותף: עמותה", "شريك: جمعية"),
        email="samir@demo.example",
        language="ar",
        office="bridge-association",
        role=Role.PROVIDER,
        task=words(
            "Somebody was sent to Acacia Bridge and waits for an answer. Open the referral, say yes, and then say what was "
            "done. Two others wait for a call; nothing really rings.",
            "מישהו הופנה לגשר השיטה ומחכה לתשובה. לפתוח את ההפניה, לענות כן, ואז לספר מה נעשה. "
            "שניים אחרים מחכים לשיחה; שום טלפון לא יצלצל באמת.",
            "أُحيل شخص إلى جسر الأكاسيا وينتظر جوابًا. افتحوا الإحالة، وأجيبوا بنعم، ثم اذكروا ما تم. "
            "ينتظر اثنان آخران مكالمة؛ لن يرنّ أي هاتف فعلًا.",
        ),
        shows=words(
            "Whoever sent the person reads what came of it; you read only what the person let you know.",
            "מי שהפנה קורא מה יצא מזה; אתם קוראים רק את מה שהאדם הרשה.",
            "يقرأ من أحال ما نتج عن ذلك؛ وأنتم تقرؤون فقط ما سمح به الشخص.",
        ),
        room="provider_referrals",
        meanwhile="provider_call_backs",
        icon="building-2",
    ),
    Visitor(
        key="employer",
        name="Dina Katz",
        title=words("Small employer", "מעסיקה קטנה", "صاحبة مصلحة صغيرة"),
        email="dina@demo.example",
        language="he",
        office="garage",
        role=Role.EMPLOYER,
        task=words(
            "Say how this week was for the one who learns in the garage, then see what else the town offers a business.",
            "לענות איך היה השבוע למי שלומד במוסך, ואז לראות מה עוד העיר מציעה לעסק.",
            "قولوا كيف كان هذا الأسبوع لمن يتعلّم في الكراج، ثم انظروا ماذا تعرض البلدة أيضًا على المصلحة.",
        ),
        shows=words(
            "A business sees what it agreed with a person, never the file.",
            "עסק רואה את מה שסוכם עם האדם, ואף פעם לא את התיק.",
            "ترى المصلحة ما اتُّفق عليه مع الشخص، ولا ترى الملف أبدًا.",
        ),
        room="employer_home",
        meanwhile="business",
        icon="briefcase",
    ),
    Visitor(
        key="college",
        name="Prof. Omar Haddad",
        title=words("College", "מכללה", "كلية"),
        email="omar@demo.example",
        language="ar",
        office="college",
        role=Role.COLLEGE,
        task=words(
            "Open a group for the school certificate: its seats are in the directory at once. Give one to who was accepted.",
            "לפתוח קבוצה להשלמת בגרות: המקומות הפנויים שלה מופיעים מיד במדריך. אחר כך לתת מקום למי שהתקבל.",
            "افتحوا مجموعة لاستكمال البجروت: تظهر أماكنها الشاغرة فورًا في الدليل. ثم أعطوا مكانًا لمن قُبل.",
        ),
        shows=words(
            "Whoever sends people sees where a seat is free; you see what was refused in the whole town.",
            "מי שמפנים אנשים רואים איפה יש מקום; ואתם רואים על מה קיבלו סירוב בכל העיר.",
            "يرى من يحيل الناس أين يوجد مكان؛ وأنتم ترون ما رُفض في البلدة كلها.",
        ),
        room="college_cohorts",
        meanwhile="provider_services",
        icon="graduation-cap",
    ),
)

#: Where a keeper works, if not at the municipality; and where else.
OFFICE_OF = {"organisation-admin": "bridge-association", "referrer": "bridge-association"}
ALSO = {"referrer": ("employment-service", Role.CASEWORKER.value)}

#: Those who keep the portal in order: log-ins for whoever shows the demo, without a card of their own.
KEEPERS: tuple[Visitor, ...] = tuple(
    Visitor(
        key=key,
        name=name,
        title=title,
        email=f"{key}@demo.example",
        language=language,
        office=OFFICE_OF.get(key, "municipality"),
        role=role,
        task=task,
        shows=task,
        room=room,
        meanwhile="services",
        also=ALSO.get(key),
    )
    for key, name, title, language, role, room, task in (
        (
            "administrator",
            "Tamar Ben-Example",
            words("Platform administrator", "מנהלת המערכת", "مديرة المنصة"),
            "he",
            Role.PLATFORM_ADMIN,
            "first_week",
            words(
                "See the first-week checklist of an office.",
                "לראות את רשימת המטלות של השבוע הראשון.",
                "رؤية قائمة مهام الأسبوع الأول.",
            ),
        ),
        (
            "moderator",
            "Igor Demidov-Example",
            words("Moderator", "אישור ארגונים ודיווחים", "مشرف المحتوى"),
            "he",
            Role.MODERATOR,
            "moderation",
            words(
                "Approve an organisation that has asked to join.",
                "לאשר ארגון שביקש להצטרף.",
                "الموافقة على مؤسسة طلبت الانضمام.",
            ),
        ),
        (
            "officer",
            "Rana Al-Mithal",
            words("Officer of the directory", "אחראית המדריך", "مسؤولة الدليل"),
            "ar",
            Role.OFFICER,
            "imports",
            words(
                "Fill in two rows of the table of services, and see what the trial says of them.",
                "למלא שתי שורות בטבלת השירותים, ולראות מה הבדיקה אומרת עליהן לפני הטעינה.",
                "ملء سطرين في جدول الخدمات، ورؤية ما يقوله الفحص عنهما قبل التحميل.",
            ),
        ),
        (
            "second-officer",
            "Yoav Ben-Dugma",
            words("Second officer: the rules", "עין שנייה על הכללים", "عين ثانية على القواعد"),
            "he",
            Role.OFFICER,
            "rules",
            words(
                "Read the rule that Rana has written, and publish it or send it back with a reason.",
                "לקרוא את הכלל שראנא כתבה, ולפרסם אותו או להחזיר אותו עם נימוק.",
                "قراءة القاعدة التي كتبتها رنا، ونشرها أو إعادتها مع ذكر السبب.",
            ),
        ),
        (
            "organisation-admin",
            "Leila Nimer-Example",
            words("Administrator of an association", "ניהול של עמותה", "إدارة جمعية"),
            "ar",
            Role.ORGANISATION_ADMIN,
            "colleagues",
            words(
                "Invite a colleague, and see why the last administrator cannot leave.",
                "להזמין עמית או עמיתה, ולראות למה המנהלת האחרונה לא יכולה לעזוב.",
                "دعوة زميل أو زميلة، ومعرفة لماذا لا يمكن للمديرة الأخيرة أن تغادر.",
            ),
        ),
        (
            "referrer",
            "Hiba Salem-Example",
            words("Works for two organisations", "עובדת בשני ארגונים", "تعمل في مؤسستين"),
            "ar",
            Role.REFERRER,
            "working_for",
            words(
                "Change over from the association to the employment service: nothing of the one is seen at the other.",
                "לעבור מהעמותה לשירות התעסוקה: שום דבר של האחת לא נראה באחר.",
                "الانتقال من الجمعية إلى خدمة التشغيل: لا يظهر في الواحدة شيء من الأخرى.",
            ),
        ),
        (
            "auditor",
            "Dov Bikoret",
            words("Auditor", "מבקר המערכת", "مدقق"),
            "he",
            Role.AUDITOR,
            "rules",
            words(
                "Read which rules are in force, and who published each.",
                "לקרוא אילו כללים בתוקף, ומי פרסמו כל אחד.",
                "قراءة القواعد السارية ومن نشر كل واحدة منها.",
            ),
        ),
    )
)

#: A second caseworker, of another organisation: so that one sees what sharing a file opens, and what it does not.
_SECOND = words(
    "See which people share their file with your association, and which keep it with the employment service.",
    "לראות מי חולקים את התיק שלהם עם העמותה, ומי משאירים אותו רק בשירות התעסוקה.",
    "معرفة من يشارك ملفه مع جمعيتكم ومن يبقيه لدى خدمة التشغيل فقط.",
)
KEEPERS = (
    *KEEPERS,
    Visitor(
        key="second-caseworker",
        name="Hiba Al-Mithal",
        title=words("Caseworker of an association", "גורם מטפל בעמותה", "مرافقة مهنية في جمعية"),
        email="hiba@demo.example",
        language="ar",
        office="bridge-association",
        role=Role.CASEWORKER,
        task=_SECOND,
        shows=_SECOND,
        room="caseworker_people",
        icon="handshake",
    ),
)

#: Somebody with a file of their own: where they were sent, what came back, who looked.
_SENT = words(
    "Read where you were sent and what came back, answer whether it helped, and take one agreement back.",
    "לקרוא לאן הפנו אתכם ומה חזר, לענות אם זה עזר, ולבטל הסכמה אחת.",
    "اقرؤوا إلى أين أُحلتم وماذا عاد، وأجيبوا هل أفاد ذلك، واسحبوا موافقة واحدة.",
    "Прочитайте, куда вас направили и что ответили, скажите, помогло ли это, и отзовите одно согласие.",
    "Прочитайте, куди вас скерували і що відповіли, скажіть, чи допомогло, і відкличте одну згоду.",
    "Lisez où l'on vous a adressé et ce qui est revenu, dites si cela a aidé, et retirez un accord.",
    "ወዴት እንደተላኩና ምን እንደተመለሰ ያንብቡ፣ ረድቶ እንደሆነ ይመልሱ፣ አንድ ፈቃድ ይመልሱ።",
)
KEEPERS = (
    *KEEPERS,
    Visitor(
        key="jobseeker",
        name="Олександр",
        title=words(
            "Jobseeker with a file",
            "מחפש עבודה עם תיק",
            "باحث عن عمل له ملف",
            "Ищет работу, есть дело",
            "Шукає роботу, має справу",
            "Chercheur d'emploi avec un dossier",
            "ፋይል ያለው ሥራ ፈላጊ",
        ),
        email="oleksandr@demo.example",
        language="uk",
        office="",
        role="",
        task=_SENT,
        shows=_SENT,
        room="my_referrals",
        meanwhile="my_file",
        icon="user",
    ),
)

#: Somebody who knows a trade and goes along with Almaz.
VISITORS = (
    *VISITORS,
    Visitor(
        key="mentor",
        name="Batya Cohen",
        title=words("Mentor", "מנטורית", "مرشدة"),
        email="mentor@demo.example",
        language="he",
        office="employment-service",
        role=Role.MENTOR,
        task=words(
            "Note a meeting with Almaz, say how it goes, and find the button for a concern.",
            "לרשום פגישה עם אלמז, לספר איך הולך, ולמצוא את הכפתור להעלאת חשש.",
            "تسجيل لقاء مع ألماز، والقول كيف تسير الأمور، وإيجاد زر الإبلاغ عن قلق.",
        ),
        shows=words(
            "A mentor sees what the person lets them know, and never the file.",
            "מנטורית רואה מה שאלמז בחרה לספר, ואף פעם לא את התיק.",
            "ترى المرشدة ما اختارت ألماز أن تخبرها به، ولا ترى الملف أبدًا.",
        ),
        room="mentor_home",
        icon="handshake",
    ),
)

EVERYBODY: tuple[Visitor, ...] = (*VISITORS, *KEEPERS)
