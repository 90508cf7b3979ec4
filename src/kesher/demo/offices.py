"""The demo's offices that stand alone: a college, a clinic, associations, one employer.

Every name carries "(demo)", so that none can be taken for a real body.
"""

from dataclasses import dataclass

from kesher.demo.texts import words
from kesher.formats.records import Text

MARK = words("(demo)", "(הדגמה)", "(نموذج)", "(демо)", "(демо)", "(démo)", "(ማሳያ)")


@dataclass(frozen=True, slots=True)
class Office:
    """``kind`` is one of ``accounts.Organisation.Kind``; ``place`` the code of an authority of the district."""

    key: str
    kind: str
    place: str
    name: Text
    description: Text


def _own(key: str, kind: str, place: str, names: Text, description: Text) -> Office:
    return Office(key, kind, place, {lang: f"{name} {MARK[lang]}" for lang, name in names.items()}, description)


SINGLE: tuple[Office, ...] = (
    _own(
        "municipality",
        "municipality",
        "9000",
        words(
            "Table of the South, Coordination Office",
            "שולחן הדרום, לשכת התיאום",
            "طاولة الجنوب، مكتب التنسيق",
            "Стол Юга, координационный отдел",
            "Стіл Півдня, відділ координації",
            "Table du Sud, bureau de coordination",
            "የደቡብ ጠረጴዛ፣ ማስተባበሪያ ቢሮ",
        ),
        words(
            "Brings the partners of the district together and keeps this directory.",
            "מחברת בין השותפים במחוז ומנהלת את המדריך הזה.",
            "يجمع بين الشركاء في اللواء ويدير هذا الدليل.",
        ),
    ),
    _own(
        "employment-service",
        "employment_service",
        "9000",
        words(
            "Negev Public Job Office",
            "לשכת העבודה הציבורית בנגב",
            "مكتب العمل العام في النقب",
            "Государственное бюро труда Негева",
            "Державне бюро праці Негева",
            "Bureau public de l'emploi du Néguev",
            "የነጌቭ የሕዝብ ሥራ ቢሮ",
        ),
        words(
            "Registers people who look for work, pays for courses and helps employers to find people.",
            "רושמת מי שמחפשים עבודה, מממנת קורסים ועוזרת למעסיקים למצוא עובדים ועובדות.",
            "يسجّل الباحثين عن عمل، ويموّل الدورات، ويساعد المشغّلين في إيجاد عاملين وعاملات.",
        ),
    ),
    _own(
        "college",
        "college",
        "9000",
        words(
            "Desert Bloom College",
            "מכללת פריחת המדבר",
            "كلية ازدهار الصحراء",
            "Колледж «Цветение пустыни»",
            "Коледж «Цвітіння пустелі»",
            "Collège Désert en fleurs",
            "የበረሃ አበባ ኮሌጅ",
        ),
        words(
            "Day and evening courses for adults, from practical engineering to care work.",
            "קורסים למבוגרים ביום ובערב, מהנדסאות ועד מקצועות הטיפול.",
            "دورات للكبار نهارًا ومساءً، من الهندسة العملية حتى مهن الرعاية.",
        ),
    ),
    _own(
        "harbour-college",
        "college",
        "70",
        words(
            "Harbour Wind Technical College",
            "המכללה הטכנית רוח הנמל",
            "الكلية التقنية «ريح الميناء»",
            "Технический колледж «Портовый ветер»",
            "Технічний коледж «Портовий вітер»",
            "Collège technique Vent du port",
            "የወደብ ነፋስ ቴክኒክ ኮሌጅ",
        ),
        words(
            "Trades for ports, plants and workshops, with weeks of practice at an employer.",
            "מקצועות לנמל, למפעל ולבית המלאכה, עם שבועות של התנסות אצל מעסיק.",
            "مهن للموانئ والمصانع والورش، مع أسابيع تدريب عملي لدى مشغّل.",
        ),
    ),
    _own(
        "wadi-training",
        "college",
        "2200",
        words(
            "Wadi Vocational School",
            "בית הספר המקצועי ואדי",
            "مدرسة الوادي المهنية",
            "Профессиональная школа «Вади»",
            "Професійна школа «Ваді»",
            "École professionnelle Wadi",
            "ዋዲ የሙያ ትምህርት ቤት",
        ),
        words(
            "Short courses that end with a certificate and a talk with an employer.",
            "קורסים קצרים שמסתיימים בתעודה ובפגישה עם מעסיק.",
            "دورات قصيرة تنتهي بشهادة وبلقاء مع مشغّل.",
        ),
    ),
    _own(
        "tamarisk-ulpan",
        "college",
        "9000",
        words(
            "Tamarisk Language School",
            "אולפן אשל",
            "معهد «الأثلة» للغات",
            "Ульпан «Эшель»",
            "Ульпан «Ешель»",
            "Oulpan Le Tamaris",
            "ኤሼል የቋንቋ ትምህርት ቤት",
        ),
        words(
            "Hebrew and Arabic for adults, from the first letter to the language of work.",
            "עברית וערבית למבוגרים, מהאות הראשונה ועד שפת העבודה.",
            "العبرية والعربية للكبار، من الحرف الأول حتى لغة العمل.",
        ),
    ),
    _own(
        "bridge-association",
        "charity",
        "1161",
        words(
            "Acacia Bridge Association",
            "עמותת גשר השיטה",
            "جمعية جسر الأكاسيا",
            "Ассоциация «Мост акаций»",
            "Асоціація «Міст акацій»",
            "Association Le Pont des acacias",
            "የግራር ድልድይ ማህበር",
        ),
        words(
            "Volunteers and advisers who stand beside people on the way to work.",
            "מתנדבים, מתנדבות ויועצים שעומדים לצד אנשים בדרך לעבודה.",
            "متطوعون ومرشدون يقفون إلى جانب الناس في الطريق إلى العمل.",
        ),
    ),
    _own(
        "open-scales",
        "charity",
        "9000",
        words(
            "Open Scales Legal Aid",
            "מאזניים פתוחים – סיוע משפטי",
            "«ميزان مفتوح» للمساعدة القانونية",
            "Юридическая помощь «Открытые весы»",
            "Правова допомога «Відкриті терези»",
            "Aide juridique Balance ouverte",
            "ክፍት ሚዛን የሕግ ድጋፍ",
        ),
        words(
            "Lawyers and trained volunteers who explain rights and write letters.",
            "עורכי דין, עורכות דין ומתנדבים שמסבירים זכויות וכותבים מכתבים.",
            "محامون ومتطوعون مدرَّبون يشرحون الحقوق ويكتبون الرسائل.",
        ),
    ),
    _own(
        "oasis-clinic",
        "health",
        "1303",
        words(
            "Oasis Community Clinic",
            "מרפאת נווה קהילה",
            "عيادة الواحة المجتمعية",
            "Общинная клиника «Оазис»",
            "Громадська клініка «Оазис»",
            "Clinique communautaire L'Oasis",
            "ኦሲስ የማህበረሰብ ክሊኒክ",
        ),
        words(
            "Family doctors, nurses and health guides who speak your language.",
            "רופאי משפחה, אחיות ומדריכות בריאות שמדברים בשפה שלך.",
            "أطباء عائلة وممرضات ومرشدات صحيات يتحدثون لغتكم.",
        ),
    ),
    _own(
        "quiet-well",
        "health",
        "1031",
        words(
            "Quiet Well Mental Health Centre",
            "באר שקטה – מרכז לבריאות הנפש",
            "«البئر الهادئة» مركز للصحة النفسية",
            "Центр психического здоровья «Тихий колодец»",
            "Центр психічного здоров'я «Тиха криниця»",
            "Centre de santé mentale Le Puits calme",
            "ጸጥተኛ ጉድጓድ የአእምሮ ጤና ማዕከል",
        ),
        words(
            "Talks, groups and treatment after loss, fear or long stress.",
            "שיחות, קבוצות וטיפול אחרי אובדן, פחד או מתח ממושך.",
            "محادثات ومجموعات وعلاج بعد فقدان أو خوف أو ضغط طويل.",
        ),
    ),
    _own(
        "spark-business",
        "agency",
        "9000",
        words(
            "Spark Small Business Centre",
            "ניצוץ – מרכז לעסקים קטנים",
            "«شرارة» مركز المصالح الصغيرة",
            "Центр малого бизнеса «Искра»",
            "Центр малого бізнесу «Іскра»",
            "Centre des petites entreprises L'Étincelle",
            "ብልጭታ የአነስተኛ ንግድ ማዕከል",
        ),
        words(
            "From an idea to a business that lives: licence, plan, first customers.",
            "מרעיון לעסק שמחזיק מעמד: רישוי, תוכנית ולקוחות ראשונים.",
            "من الفكرة إلى مصلحة تصمد: ترخيص وخطة وزبائن أوائل.",
        ),
    ),
    _own(
        "first-coin",
        "charity",
        "1161",
        words(
            "First Coin Loan Fund",
            "קרן המטבע הראשון",
            "صندوق القطعة الأولى للقروض",
            "Кредитный фонд «Первая монета»",
            "Кредитний фонд «Перша монета»",
            "Fonds de prêt Première pièce",
            "የመጀመሪያ ሳንቲም የብድር ፈንድ",
        ),
        words(
            "Small loans without interest or with little, and advice on money.",
            "הלוואות קטנות ללא ריבית או בריבית נמוכה, וייעוץ בענייני כסף.",
            "قروض صغيرة بلا فائدة أو بفائدة منخفضة، واستشارة في شؤون المال.",
        ),
    ),
    _own(
        "employers-desk",
        "agency",
        "246",
        words(
            "Southern Employers' Desk",
            "דלפק המעסיקים של הדרום",
            "مكتب مشغّلي الجنوب",
            "Служба для работодателей Юга",
            "Служба для роботодавців Півдня",
            "Guichet des employeurs du Sud",
            "የደቡብ አሠሪዎች ጠረጴዛ",
        ),
        words(
            "One address for employers: people, grants, adapting the workplace.",
            "כתובת אחת למעסיקים: עובדים, מענקים והתאמת מקום העבודה.",
            "عنوان واحد للمشغّلين: عاملون ومنح وملاءمة مكان العمل.",
        ),
    ),
    _own(
        "desert-rose",
        "charity",
        "1060",
        words(
            "Desert Rose Women's Centre",
            "ורד המדבר – מרכז לנשים",
            "«وردة الصحراء» مركز للنساء",
            "Женский центр «Роза пустыни»",
            "Жіночий центр «Троянда пустелі»",
            "Centre des femmes Rose des sables",
            "የበረሃ ጽጌረዳ የሴቶች ማዕከል",
        ),
        words(
            "A house of women for women: learning, earning, safety.",
            "בית של נשים למען נשים: לימודים, פרנסה וביטחון.",
            "بيت من النساء وإلى النساء: تعلّم ورزق وأمان.",
        ),
    ),
    _own(
        "able-together",
        "charity",
        "7100",
        words(
            "Able Together",
            "יכולים ביחד",
            "معًا نستطيع",
            "«Сможем вместе»",
            "«Зможемо разом»",
            "Capables ensemble",
            "አብረን እንችላለን",
        ),
        words(
            "Work and daily life for people with disabilities, with support as long as it is needed.",
            "עבודה וחיי יום-יום לאנשים עם מוגבלות, עם תמיכה כל עוד היא נחוצה.",
            "عمل وحياة يومية لأشخاص مع إعاقة، مع دعم ما دامت هناك حاجة.",
        ),
    ),
    _own(
        "two-chairs",
        "charity",
        "2560",
        words(
            "Two Chairs Mentors",
            "שני כיסאות – חונכות אישית",
            "«كرسيّان» للإرشاد الشخصي",
            "Наставники «Два стула»",
            "Наставники «Два стільці»",
            "Mentors Deux chaises",
            "ሁለት ወንበሮች አማካሪዎች",
        ),
        words(
            "People who know the trade sit down with people who want to enter it.",
            "אנשי מקצוע ותיקים יושבים עם מי שרוצים להיכנס למקצוע.",
            "أصحاب مهنة ذوو خبرة يجلسون مع من يرغبون في دخولها.",
        ),
    ),
    _own(
        "seven-tongues",
        "other",
        "9000",
        words(
            "Seven Tongues Interpreters",
            "שבע לשונות – תרגום",
            "«سبعة ألسنة» للترجمة",
            "Переводчики «Семь языков»",
            "Перекладачі «Сім мов»",
            "Interprètes Sept langues",
            "ሰባት ልሳናት አስተርጓሚዎች",
        ),
        words(
            "Interpreters on the phone and beside you, in seven languages and sign language.",
            "תרגום בטלפון ובמקום בשבע שפות ובשפת הסימנים.",
            "ترجمة هاتفية وحضورية بسبع لغات وبلغة الإشارة.",
        ),
    ),
    _own(
        "caravan",
        "other",
        "1303",
        words(
            "Caravan Shared Rides",
            "שיירה – הסעות משותפות",
            "«قافلة» للسفر المشترك",
            "Совместные поездки «Караван»",
            "Спільні поїздки «Караван»",
            "Trajets partagés La Caravane",
            "ካራቫን የጋራ ጉዞ",
        ),
        words(
            "Rides to work, courses and clinics where buses do not go.",
            "נסיעות לעבודה, לקורסים ולמרפאות, במקומות שאין בהם אוטובוס.",
            "سفريات إلى العمل والدورات والعيادات حيث لا تصل الحافلات.",
        ),
    ),
    _own(
        "key-in-hand",
        "charity",
        "7100",
        words(
            "Key in Hand Housing Help",
            "מפתח ביד – סיוע בדיור",
            "«المفتاح باليد» للمساعدة في السكن",
            "Помощь с жильём «Ключ в руке»",
            "Допомога з житлом «Ключ у руці»",
            "Aide au logement Clé en main",
            "ቁልፍ በእጅ የመኖሪያ ድጋፍ",
        ),
        words(
            "Help to find a home, keep it and understand the contract.",
            "עזרה למצוא דירה, לשמור עליה ולהבין את החוזה.",
            "مساعدة في إيجاد مسكن والحفاظ عليه وفهم العقد.",
        ),
    ),
    _own(
        "little-jerboa",
        "charity",
        "2630",
        words(
            "Little Jerboa Day Nurseries",
            "מעונות ירבוע קטן",
            "حضانات «اليربوع الصغير»",
            "Ясли «Маленький тушканчик»",
            "Ясла «Маленький тушканчик»",
            "Crèches La Petite Gerboise",
            "ትንሿ የርቡዕ መዋዕለ ሕፃናት",
        ),
        words(
            "Day nurseries with long hours, for parents who work or learn.",
            "מעונות יום בשעות ארוכות, להורים שעובדים או לומדים.",
            "حضانات نهارية بساعات طويلة، لأهالٍ يعملون أو يتعلمون.",
        ),
    ),
    _own(
        "kite-youth",
        "charity",
        "31",
        words(
            "Kite Youth House",
            "עפיפון – בית לצעירים",
            "«طائرة ورقية» بيت للشباب",
            "Молодёжный дом «Воздушный змей»",
            "Молодіжний дім «Повітряний змій»",
            "Maison des jeunes Le Cerf-volant",
            "ካይት የወጣቶች ቤት",
        ),
        words(
            "A place for young people to plan, learn and start.",
            "מקום לצעירות ולצעירים לתכנן, ללמוד ולהתחיל.",
            "مكان للشباب والشابات للتخطيط والتعلّم والانطلاق.",
        ),
    ),
    _own(
        "full-basket",
        "charity",
        "246",
        words(
            "Full Basket",
            "סל מלא",
            "السلة الممتلئة",
            "«Полная корзина»",
            "«Повний кошик»",
            "Le Panier plein",
            "ሙሉ ቅርጫት",
        ),
        words(
            "Food, furniture and clothes, given with respect.",
            "מזון, רהיטים ובגדים, בכבוד ובלי שאלות מיותרות.",
            "غذاء وأثاث وملابس، تُقدَّم باحترام.",
        ),
    ),
    _own(
        "click-negev",
        "charity",
        "2600",
        words(
            "Click South Digital House",
            "קליק דרום – בית דיגיטלי",
            "«كليك الجنوب» البيت الرقمي",
            "Цифровой дом «Клик Юг»",
            "Цифровий дім «Клік Південь»",
            "Maison numérique Clic Sud",
            "ክሊክ ደቡብ ዲጂታል ቤት",
        ),
        words(
            "Computer, telephone and internet without fear.",
            "מחשב, טלפון ואינטרנט בלי פחד.",
            "حاسوب وهاتف وإنترنت بلا خوف.",
        ),
    ),
    _own(
        "tesfa-house",
        "charity",
        "1034",
        words(
            "Tesfa Community House",
            "בית טספה",
            "بيت تسفا المجتمعي",
            "Общинный дом «Тесфа»",
            "Громадський дім «Тесфа»",
            "Maison communautaire Tesfa",
            "ተስፋ የማህበረሰብ ቤት",
        ),
        words(
            "Run by people from the Ethiopian community, open to everybody.",
            "בית שמנהלים אנשי הקהילה האתיופית, פתוח לכולם.",
            "بيت يديره أبناء وبنات الطائفة الإثيوبية، مفتوح للجميع.",
        ),
    ),
    _own(
        "diploma-desk",
        "agency",
        "9000",
        words(
            "Southern Diploma Desk",
            "דלפק התעודות של הדרום",
            "مكتب الشهادات في الجنوب",
            "Отдел признания дипломов Юга",
            "Відділ визнання дипломів Півдня",
            "Guichet des diplômes du Sud",
            "የደቡብ ዲፕሎማ ጠረጴዛ",
        ),
        words(
            "Helps to have studies and trades from abroad recognised.",
            "עוזר לקבל הכרה בלימודים ובמקצועות מחוץ לארץ.",
            "يساعد على الاعتراف بدراسة ومهن من خارج البلاد.",
        ),
    ),
    _own(
        "garage",
        "employer",
        "9000",
        words(
            "Dune Garage",
            "מוסך הדיונה",
            "كراج الكثيب",
            "Автомастерская «Дюна»",
            "Автомайстерня «Дюна»",
            "Garage La Dune",
            "ዱን ጋራዥ",
        ),
        words(
            "A garage with eight employees that trains on the job.",
            "מוסך עם שמונה עובדים ועובדות, שמכשיר תוך כדי עבודה.",
            "كراج يعمل فيه ثمانية أشخاص ويدرّب خلال العمل.",
        ),
    ),
)
