"""What many services say in the same words: for whom, how to enter, what to bring, when."""

from datetime import time

from kesher.demo.texts import words
from kesher.formats.records import ScheduleRecord, Weekday

# --- for whom -------------------------------------------------------------------------------------------------------
EVERYBODY = words(
    "Open to everybody.",
    "פתוח לכולם.",
    "مفتوح للجميع.",
    "Открыто для всех.",
    "Відкрито для всіх.",
    "Ouvert à tout le monde.",
    "ለሁሉም ክፍት ነው።",
)
RESIDENTS = words(
    "For residents of the town.",
    "לתושבי היישוב.",
    "لسكان البلدة.",
    "Для жителей города.",
    "Для мешканців міста.",
    "Pour les habitants de la ville.",
    "ለከተማው ነዋሪዎች።",
)
NEW_10 = words(
    "For people who came to Israel in the last ten years. Any age from 18.",
    "למי שהגיעו לישראל בעשר השנים האחרונות, מגיל 18.",
    "لمن وصلوا إلى إسرائيل في السنوات العشر الأخيرة، من عمر 18 سنة.",
    "Для тех, кто приехал в Израиль за последние десять лет. Любой возраст с 18 лет.",
    "Для тих, хто приїхав до Ізраїлю за останні десять років. Будь-який вік від 18 років.",
    "Pour les personnes arrivées en Israël ces dix dernières années. À tout âge à partir de 18 ans.",
    "ባለፉት አሥር ዓመታት ወደ እስራኤል ለመጡ ሰዎች። ከ18 ዓመት ጀምሮ በማንኛውም ዕድሜ።",
)
NEW_18_MONTHS = words(
    "For people who came to Israel in the last 18 months. Later is possible if there is room.",
    "למי שהגיעו לישראל ב-18 החודשים האחרונים. אם יש מקום, אפשר גם מאוחר יותר.",
    "لمن وصلوا إلى إسرائيل في آخر 18 شهرًا. يمكن القبول بعد ذلك إذا توفرت أماكن.",
    "Для тех, кто приехал в Израиль за последние 18 месяцев. Позже — если есть места.",
    "Для тих, хто приїхав до Ізраїлю за останні 18 місяців. Пізніше — якщо є місця.",
    "Pour les personnes arrivées en Israël ces 18 derniers mois. Plus tard, c’est possible s’il reste de la place.",
    "ባለፉት 18 ወራት ወደ እስራኤል ለመጡ ሰዎች። ቦታ ካለ ከዚያ በኋላም ይቻላል።",
)
SEEKING_WORK = words(
    "For people without work and people who want to change jobs, from age 18.",
    "למי שמחפשים עבודה או רוצים להחליף עבודה, מגיל 18.",
    "لمن يبحثون عن عمل أو يرغبون في تغيير عملهم، من عمر 18 سنة.",
    "Для тех, кто без работы или хочет сменить работу, с 18 лет.",
    "Для тих, хто без роботи або хоче змінити роботу, від 18 років.",
    "Pour les personnes sans emploi ou qui veulent changer d’emploi, à partir de 18 ans.",
    "ሥራ ለሌላቸው እና ሥራ ለመቀየር ለሚፈልጉ ሰዎች፣ ከ18 ዓመት ጀምሮ።",
)
LOW_INCOMES = words(
    "For people with a low income. We ask for pay slips or a letter about benefits.",
    "לבעלי הכנסה נמוכה. נבקש תלושי שכר או אישור על קצבה.",
    "لذوي الدخل المحدود. نطلب قسائم رواتب أو شهادة عن مخصصات.",
    "Для людей с низким доходом. Мы просим расчётные листки или справку о пособии.",
    "Для людей з низьким доходом. Ми просимо розрахункові листки або довідку про допомогу.",
    "Pour les personnes à faible revenu. Nous demandons des bulletins de salaire ou une attestation d’allocations.",
    "ዝቅተኛ ገቢ ላላቸው ሰዎች። የደመወዝ ወረቀቶችን ወይም የድጎማ ማረጋገጫ እንጠይቃለን።",
)
PARENTS_YOUNG = words(
    "For parents of children up to age 6.",
    "להורים לילדים עד גיל 6.",
    "لآباء وأمهات أطفال حتى عمر 6 سنوات.",
    "Для родителей детей до 6 лет.",
    "Для батьків дітей до 6 років.",
    "Pour les parents d’enfants jusqu’à 6 ans.",
    "እስከ 6 ዓመት የሆኑ ልጆች ላሏቸው ወላጆች።",
)
WOMEN_ONLY = words(
    "For women from age 18.",
    "לנשים מגיל 18.",
    "للنساء من عمر 18 سنة.",
    "Для женщин с 18 лет.",
    "Для жінок від 18 років.",
    "Pour les femmes à partir de 18 ans.",
    "ከ18 ዓመት ጀምሮ ለሆኑ ሴቶች።",
)
WITH_DISABILITY = words(
    "For people with any disability, seen or unseen, from age 18. A confirmed percentage is not needed to begin.",
    "לאנשים עם מוגבלות מכל סוג, נראית או לא נראית, מגיל 18. כדי להתחיל אין צורך באחוזי נכות.",
    "لأشخاص مع أي إعاقة، ظاهرة أو غير ظاهرة، من عمر 18 سنة. لا حاجة لتحديد نسبة عجز من أجل البدء.",
    "Для людей с любой инвалидностью, видимой или невидимой, с 18 лет. Чтобы начать, подтверждённый процент не нужен.",
    "Для людей з будь-якою інвалідністю, видимою чи невидимою, від 18 років. Щоб почати, підтверджений відсоток не потрібен.",
    "Pour les personnes ayant un handicap, visible ou non, à partir de 18 ans. "
    "Un taux reconnu n’est pas nécessaire pour commencer.",
    "ማንኛውም የሚታይ ወይም የማይታይ የአካል ጉዳት ላለባቸው ሰዎች፣ ከ18 ዓመት ጀምሮ። ለመጀመር የተረጋገጠ መቶኛ አያስፈልግም።",
)
SMALL_EMPLOYERS = words(
    "For businesses in the south with up to 50 employees.",
    "לעסקים בדרום שמעסיקים עד 50 עובדים ועובדות.",
    "للمصالح التجارية في الجنوب التي تشغّل حتى 50 عاملًا وعاملة.",
    "Для предприятий на юге, где работает до 50 человек.",
    "Для підприємств на півдні, де працює до 50 людей.",
    "Pour les entreprises du sud comptant jusqu’à 50 salariés.",
    "በደቡብ ለሚገኙ እስከ 50 ሠራተኞች ላሏቸው የንግድ ድርጅቶች።",
)
EMPLOYERS = words(
    "For every employer in the district, of any size.",
    "לכל המעסיקים במחוז, בכל גודל.",
    "لجميع المشغّلين في اللواء، مهما كان حجمهم.",
    "Для всех работодателей округа, любого размера.",
    "Для всіх роботодавців округу, будь-якого розміру.",
    "Pour tous les employeurs du district, de toute taille.",
    "በወረዳው ላሉ አሠሪዎች ሁሉ፣ መጠናቸው ምንም ይሁን።",
)
OWNERS = words(
    "For people who have a small business or are about to open one.",
    "למי שיש להם עסק קטן או שעומדים לפתוח עסק.",
    "لمن لديهم مصلحة صغيرة أو على وشك افتتاح مصلحة.",
    "Для тех, у кого есть малый бизнес или кто собирается его открыть.",
    "Для тих, хто має малий бізнес або збирається його відкрити.",
    "Pour les personnes qui ont une petite entreprise ou vont en ouvrir une.",
    "አነስተኛ የንግድ ሥራ ላላቸው ወይም ሊከፍቱ ለተቃረቡ ሰዎች።",
)
YOUNG_ADULTS = words(
    "For young people aged 18 to 26.",
    "לצעירים ולצעירות בני 18 עד 26.",
    "للشباب والشابات من عمر 18 حتى 26.",
    "Для молодых людей от 18 до 26 лет.",
    "Для молоді віком від 18 до 26 років.",
    "Pour les jeunes de 18 à 26 ans.",
    "ከ18 እስከ 26 ዓመት ለሆኑ ወጣቶች።",
)
YOUNG_TO_30 = words(
    "For young people aged 18 to 30.",
    "לצעירים ולצעירות בני 18 עד 30.",
    "للشباب والشابات من عمر 18 حتى 30.",
    "Для молодых людей от 18 до 30 лет.",
    "Для молоді віком від 18 до 30 років.",
    "Pour les jeunes de 18 à 30 ans.",
    "ከ18 እስከ 30 ዓመት ለሆኑ ወጣቶች።",
)
FROM_60 = words(
    "For people from age 60.",
    "לבני ולבנות 60 ומעלה.",
    "لمن بلغوا 60 سنة فما فوق.",
    "Для людей с 60 лет.",
    "Для людей від 60 років.",
    "Pour les personnes à partir de 60 ans.",
    "ከ60 ዓመት ጀምሮ ለሆኑ ሰዎች።",
)
SCHOOL_CHILDREN = words(
    "For children from 6 to 11.",
    "לילדים ולילדות בני 6 עד 11.",
    "للأولاد والبنات من عمر 6 حتى 11 سنة.",
    "Для детей от 6 до 11 лет.",
    "Для дітей від 6 до 11 років.",
    "Pour les enfants de 6 à 11 ans.",
    "ከ6 እስከ 11 ዓመት ለሆኑ ልጆች።",
)
PARENTS_UNDER_3 = words(
    "For parents of a child under 3.",
    "להורים לילד או ילדה עד גיל 3.",
    "لأهل طفل أو طفلة دون 3 سنوات.",
    "Для родителей ребёнка до 3 лет.",
    "Для батьків дитини до 3 років.",
    "Pour les parents d’un enfant de moins de 3 ans.",
    "ከ3 ዓመት በታች ልጅ ላላቸው ወላጆች።",
)
LEARNED_ABROAD = words(
    "For people who learned a profession in another country, from age 18.",
    "למי שלמדו מקצוע במדינה אחרת, מגיל 18.",
    "لمن تعلّموا مهنة في بلد آخر، من عمر 18 سنة.",
    "Для тех, кто получил профессию в другой стране, с 18 лет.",
    "Для тих, хто здобув професію в іншій країні, від 18 років.",
    "Pour les personnes qui ont appris un métier dans un autre pays, à partir de 18 ans.",
    "በሌላ አገር ሙያ ለተማሩ ሰዎች፣ ከ18 ዓመት ጀምሮ።",
)
WITHOUT_WORK = words(
    "For people without work, from age 18.",
    "למי שאין להם עבודה כרגע, מגיל 18.",
    "لمن هم بدون عمل حاليًا، من عمر 18 سنة.",
    "Для людей без работы, с 18 лет.",
    "Для людей без роботи, від 18 років.",
    "Pour les personnes sans emploi, à partir de 18 ans.",
    "ሥራ ለሌላቸው ሰዎች፣ ከ18 ዓመት ጀምሮ።",
)
LEARNERS_17 = words(
    "From age 17, for people who need the licence for work.",
    "מגיל 17, למי שצריכים את הרישיון לעבודה.",
    "من عمر 17 سنة، لمن يحتاجون إلى الرخصة من أجل العمل.",
    "С 17 лет, для тех, кому права нужны для работы.",
    "Від 17 років, для тих, кому права потрібні для роботи.",
    "À partir de 17 ans, pour les personnes qui ont besoin du permis pour travailler.",
    "ከ17 ዓመት ጀምሮ፣ መንጃ ፈቃዱ ለሥራ ለሚያስፈልጋቸው ሰዎች።",
)
RENTERS = words(
    "For people with a low income who rent their home. We ask for pay slips or a letter about benefits.",
    "לבעלי הכנסה נמוכה שגרים בשכירות. נבקש תלושי שכר או אישור על קצבה.",
    "لذوي الدخل المحدود الذين يسكنون بالإيجار. نطلب قسائم رواتب أو شهادة عن مخصصات.",
    "Для людей с низким доходом, которые снимают жильё. Мы просим расчётные листки или справку о пособии.",
    "Для людей з низьким доходом, які орендують житло. Ми просимо розрахункові листки або довідку про допомогу.",
    "Pour les personnes à faible revenu qui louent leur logement. "
    "Nous demandons des bulletins de salaire ou une attestation d’allocations.",
    "ዝቅተኛ ገቢ ላላቸው እና ቤት ተከራይተው ለሚኖሩ ሰዎች። የደመወዝ ወረቀቶችን ወይም የድጎማ ማረጋገጫ እንጠይቃለን።",
)
BEGINNING_OWNERS = words(
    "For people who are about to open a business, or opened one less than two years ago.",
    "למי שעומדים לפתוח עסק, או שפתחו עסק לפני פחות משנתיים.",
    "لمن هم على وشك افتتاح مصلحة، أو افتتحوها قبل أقل من سنتين.",
    "Для тех, кто собирается открыть бизнес или открыл его менее двух лет назад.",
    "Для тих, хто збирається відкрити бізнес або відкрив його менш ніж два роки тому.",
    "Pour les personnes qui vont ouvrir une entreprise, ou en ont ouvert une il y a moins de deux ans.",
    "የንግድ ሥራ ሊከፍቱ ለተቃረቡ ወይም ከሁለት ዓመት ባነሰ ጊዜ ውስጥ ለከፈቱ ሰዎች።",
)
ADULTS_COURSE = words(
    "From age 18 to 66. Ten years of school, or a talk with us instead.",
    "מגיל 18 עד 66. נדרשות עשר שנות לימוד, או שיחת התאמה במקומן.",
    "من عمر 18 حتى 66 سنة. المطلوب عشر سنوات تعليمية، أو محادثة ملاءمة بدلًا منها.",
    "С 18 до 66 лет. Десять классов школы или вместо этого беседа с нами.",
    "Від 18 до 66 років. Десять класів школи або замість цього розмова з нами.",
    "De 18 à 66 ans. Dix années d’école, ou à la place un entretien avec nous.",
    "ከ18 እስከ 66 ዓመት። አሥር ዓመት የትምህርት ቤት ትምህርት፣ ወይም በምትኩ ከእኛ ጋር ውይይት።",
)
ANY_STATUS = words(
    "For everybody who lives here, with any status. We do not pass on names.",
    "לכל מי שגרים כאן, בכל מעמד. איננו מוסרים שמות לאיש.",
    "لكل من يسكن هنا، مهما كانت مكانته القانونية. لا ننقل الأسماء إلى أي جهة.",
    "Для всех, кто здесь живёт, с любым статусом. Имён мы никому не передаём.",
    "Для всіх, хто тут живе, з будь-яким статусом. Імен ми нікому не передаємо.",
    "Pour toute personne qui vit ici, quel que soit son statut. Nous ne transmettons pas les noms.",
    "እዚህ ለሚኖሩ ሁሉ፣ ሕጋዊ ሁኔታቸው ምንም ይሁን። ስም ለማንም አንሰጥም።",
)

#: Said by those who give it: nobody is turned away who lives where it is given.
OPEN_TO_ALL = (EVERYBODY, RESIDENTS, ANY_STATUS)

# --- how to enter ---------------------------------------------------------------------------------------------------
WALK_IN = words(
    "Come in opening hours. You do not need an appointment.",
    "מגיעים בשעות הפתיחה. אין צורך לקבוע תור.",
    "يمكن الحضور في ساعات الاستقبال، دون حاجة إلى موعد.",
    "Приходите в часы работы. Записываться заранее не нужно.",
    "Приходьте в години роботи. Записуватися заздалегідь не потрібно.",
    "Venez aux heures d’ouverture. Pas besoin de rendez-vous.",
    "በሥራ ሰዓት ይምጡ። ቀጠሮ አያስፈልግም።",
)
CALL = words(
    "Call to make an appointment. We answer within two working days.",
    "מתקשרים וקובעים פגישה. אנחנו חוזרים בתוך שני ימי עבודה.",
    "يُحدَّد موعد عبر الهاتف. نردّ خلال يومَي عمل.",
    "Позвоните и договоритесь о встрече. Мы отвечаем в течение двух рабочих дней.",
    "Зателефонуйте й домовтеся про зустріч. Ми відповідаємо протягом двох робочих днів.",
    "Appelez pour prendre rendez-vous. Nous répondons sous deux jours ouvrés.",
    "ቀጠሮ ለመያዝ ይደውሉ። በሁለት የሥራ ቀናት ውስጥ እንመልሳለን።",
)
WRITE = words(
    "Write to us or fill in the form on the website. We call back within three working days.",
    "כותבים לנו או ממלאים את הטופס באתר. אנחנו מתקשרים בתוך שלושה ימי עבודה.",
    "يمكن الكتابة إلينا أو تعبئة النموذج في الموقع. نتصل خلال ثلاثة أيام عمل.",
    "Напишите нам или заполните форму на сайте. Мы перезвоним в течение трёх рабочих дней.",
    "Напишіть нам або заповніть форму на сайті. Ми передзвонимо протягом трьох робочих днів.",
    "Écrivez-nous ou remplissez le formulaire sur le site. Nous rappelons sous trois jours ouvrés.",
    "ይጻፉልን ወይም በድረ ገጹ ላይ ያለውን ቅጽ ይሙሉ። በሦስት የሥራ ቀናት ውስጥ መልሰን እንደውላለን።",
)
PLACEMENT_TEST = words(
    "Come for a short talk and a level test (30 minutes). You get a group and a starting date on the same day.",
    "מגיעים לשיחה קצרה ולמבחן רמה (30 דקות). באותו יום מקבלים קבוצה ותאריך התחלה.",
    "يُرجى الحضور لمحادثة قصيرة وامتحان مستوى (30 دقيقة). في اليوم نفسه تُحدَّد المجموعة وموعد البدء.",
    "Приходите на короткую беседу и проверку уровня (30 минут). В тот же день вы получите группу и дату начала.",
    "Приходьте на коротку розмову та перевірку рівня (30 хвилин). Того ж дня ви отримаєте групу й дату початку.",
    "Venez pour un court entretien et un test de niveau (30 minutes). "
    "Le jour même, vous recevez un groupe et une date de début.",
    "ለአጭር ውይይት እና ለደረጃ ፈተና (30 ደቂቃ) ይምጡ። በዚያው ቀን ቡድንዎን እና የመጀመሪያ ቀኑን ያገኛሉ።",
)
COURSE_ENTRY = words(
    "Register by phone or online, then come to a meeting where we check together that the course fits you.",
    "נרשמים בטלפון או באתר, ואז מגיעים לפגישה ובודקים יחד שהקורס מתאים.",
    "التسجيل عبر الهاتف أو الموقع، ثم يُعقد لقاء نفحص فيه معًا إن كانت الدورة ملائمة.",
    "Запишитесь по телефону или на сайте, затем приходите на встречу, где мы вместе проверим, подходит ли вам курс.",
    "Запишіться телефоном або на сайті, потім приходьте на зустріч, де ми разом перевіримо, чи підходить вам курс.",
    "Inscrivez-vous par téléphone ou en ligne, puis venez à un entretien "
    "où nous vérifions ensemble que le cours vous convient.",
    "በስልክ ወይም በድረ ገጽ ይመዝገቡ፤ ከዚያም ኮርሱ ለእርስዎ እንደሚስማማ አብረን ወደምናይበት ስብሰባ ይምጡ።",
)
REFERRED = words(
    "A caseworker or another professional sends us a referral. We then call you within a week.",
    "איש או אשת מקצוע מפנים אלינו, ואנחנו מתקשרים בתוך שבוע.",
    "يوجّهك إلينا عامل أو عاملة مهنية، ثم نتصل بك خلال أسبوع.",
    "Направление нам присылает социальный работник или другой специалист. Затем мы звоним вам в течение недели.",
    "Направлення нам надсилає соціальний працівник або інший фахівець. Потім ми телефонуємо вам протягом тижня.",
    "Une personne chargée de votre suivi ou un autre professionnel nous envoie une orientation. "
    "Nous vous appelons ensuite sous une semaine.",
    "የጉዳይ ሠራተኛ ወይም ሌላ ባለሙያ ወደ እኛ ይልካል። ከዚያ በአንድ ሳምንት ውስጥ እንደውልልዎታለን።",
)

# --- what to bring --------------------------------------------------------------------------------------------------
IDENTITY = words(
    "Identity card or passport",
    "תעודת זהות או דרכון",
    "بطاقة هوية أو جواز سفر",
    "Удостоверение личности или паспорт",
    "Посвідчення особи або паспорт",
    "Carte d’identité ou passeport",
    "መታወቂያ ወይም ፓስፖርት",
)
NEWCOMER_CARD = words(
    "Newcomer certificate",
    "תעודת עולה",
    "شهادة قادم جديد",
    "Удостоверение репатрианта",
    "Посвідчення репатріанта",
    "Certificat de nouvel immigrant",
    "የአዲስ ገቢ የምስክር ወረቀት",
)
DIPLOMA = words(
    "Diploma and list of grades, with a translation if you have one",
    "תעודת סיום וגיליון ציונים, ואם יש גם תרגום",
    "شهادة التخرج وكشف العلامات، مع ترجمة إن وُجدت",
    "Диплом и ведомость оценок, с переводом, если он есть",
    "Диплом і перелік оцінок, із перекладом, якщо він є",
    "Diplôme et relevé de notes, avec une traduction si vous en avez une",
    "ዲፕሎማ እና የውጤት ዝርዝር፣ ካለ ከትርጉም ጋር",
)
PAY_SLIPS = words(
    "Last three pay slips",
    "שלושת תלושי השכר האחרונים",
    "آخر ثلاث قسائم راتب",
    "Последние три расчётных листка",
    "Останні три розрахункові листки",
    "Les trois derniers bulletins de salaire",
    "የመጨረሻዎቹ ሦስት የደመወዝ ወረቀቶች",
)
RENT_CONTRACT = words(
    "Rent contract", "חוזה שכירות", "عقد إيجار", "Договор аренды", "Договір оренди", "Contrat de location", "የኪራይ ውል"
)
CV = words(
    "CV, if you have one",
    "קורות חיים, אם יש",
    "سيرة ذاتية، إن وُجدت",
    "Резюме, если есть",
    "Резюме, якщо є",
    "CV, si vous en avez un",
    "የሥራ ታሪክ (CV)፣ ካለዎት",
)
BUSINESS_FILE = words(
    "Number of the business, or the plan for it on one page",
    "מספר עוסק, או תוכנית עסקית בעמוד אחד",
    "رقم المصلحة، أو خطة عمل في صفحة واحدة",
    "Номер бизнеса или его план на одной странице",
    "Номер бізнесу або його план на одній сторінці",
    "Numéro de l’entreprise, ou son projet sur une page",
    "የንግድ ሥራው ቁጥር፣ ወይም ዕቅዱ በአንድ ገጽ",
)
BENEFIT_LETTER = words(
    "Letter about benefits",
    "אישור על קצבה",
    "شهادة عن المخصصات",
    "Справка о пособии",
    "Довідка про допомогу",
    "Attestation d’allocations",
    "የድጎማ ማረጋገጫ ደብዳቤ",
)
CHILD_IDENTITY = words(
    "The child's birth certificate",
    "תעודת לידה של הילד או הילדה",
    "شهادة ميلاد الطفل أو الطفلة",
    "Свидетельство о рождении ребёнка",
    "Свідоцтво про народження дитини",
    "L’acte de naissance de l’enfant",
    "የልጁ ወይም የልጅቷ የልደት የምስክር ወረቀት",
)
MEDICAL_LETTER = words(
    "Medical papers that you want to share",
    "מסמכים רפואיים שתרצו לשתף",
    "مستندات طبية ترغبون في مشاركتها",
    "Медицинские документы, которыми вы хотите поделиться",
    "Медичні документи, якими ви хочете поділитися",
    "Les documents médicaux que vous voulez partager",
    "ሊያጋሯቸው የሚፈልጓቸው የሕክምና ሰነዶች",
)
LETTERS = words(
    "The letters it is about",
    "המכתבים שבהם מדובר",
    "الرسائل المتعلقة بالموضوع",
    "Письма, о которых идёт речь",
    "Листи, про які йдеться",
    "Les courriers dont il s’agit",
    "ጉዳዩን የሚመለከቱ ደብዳቤዎች",
)

# --- what one can do afterwards --------------------------------------------------------------------------------------
CAN_CARE = words(
    "You can help with washing, dressing and moving safely, notice danger, and write a short report.",
    "אפשר לעזור ברחצה, בהלבשה ובתנועה בטוחה, לזהות סכנה ולכתוב דיווח קצר.",
    "القدرة على المساعدة في الاستحمام واللبس والحركة الآمنة، وملاحظة الخطر، وكتابة تقرير قصير.",
    "Вы сможете помочь вымыться, одеться и безопасно двигаться, заметить опасность и написать короткий отчёт.",
    "Ви зможете допомогти помитися, одягнутися й безпечно рухатися, помітити небезпеку та написати короткий звіт.",
    "Vous savez aider à se laver, à s’habiller et à bouger sans risque, repérer un danger et écrire un court rapport.",
    "በመታጠብ፣ በመልበስ እና በደኅንነት በመንቀሳቀስ መርዳት፣ አደጋን መለየት እና አጭር ሪፖርት መጻፍ ይችላሉ።",
)
CAN_MEND_CARS = words(
    "You can service a car, find faults with a computer and work safely on high-voltage systems.",
    "אפשר לבצע טיפול ברכב, לאתר תקלות במחשב ולעבוד בבטחה על מערכות מתח גבוה.",
    "القدرة على صيانة سيارة، وكشف الأعطال بالحاسوب، والعمل بأمان على أنظمة الجهد العالي.",
    "Вы сможете обслужить автомобиль, найти поломку компьютером и безопасно работать с высоким напряжением.",
    "Ви зможете обслужити автомобіль, знайти поломку комп’ютером і безпечно працювати з високою напругою.",
    "Vous savez entretenir une voiture, trouver une panne par ordinateur et travailler sans risque en haute tension.",
    "መኪና መጠገን፣ በኮምፒውተር ብልሽት ማግኘት እና በከፍተኛ ቮልቴጅ ሥርዓቶች ላይ በደኅንነት መሥራት ይችላሉ።",
)

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
