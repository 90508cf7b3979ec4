"""Services of the demo for those who have a business or give work."""

from kesher.demo import phrases as p
from kesher.demo import subjects as s
from kesher.demo.offers import LOW_INCOME_PAYS, MEETING, OTHERS_PAY, PROFESSIONAL, SELF, Offer, Price
from kesher.demo.texts import words

BUSINESS: tuple[Offer, ...] = (
    Offer(
        key="business-licence",
        at=("spark-business", "library-yeruham"),
        terms=(s.LICENCE, s.SAFETY, s.BUSINESS_MENTORING, s.SELF_EMPLOYED),
        name=words(
            "Help with a business licence",
            "עזרה ברישיון עסק",
            "مساعدة في رخصة مصلحة",
            "Помощь с лицензией на бизнес",
            "Допомога з ліцензією на бізнес",
            "Aide pour la licence commerciale",
            "የንግድ ፈቃድ ድጋፍ",
        ),
        what=words(
            "We go through the requirements with you (fire, health, access, signs), tell you the order "
            "of the steps and what each "
            "costs, and check the file before you hand it in.",
            "עוברים יחד על הדרישות (כיבוי אש, בריאות, נגישות, שילוט), אומרים מה סדר השלבים וכמה עולה כל "
            "אחד, ובודקים את התיק לפני "
            "ההגשה.",
            "نراجع معًا المتطلبات (إطفاء، صحة، إتاحة، لافتات)، ونوضّح ترتيب الخطوات وتكلفة كل "
            "منها، ونفحص الملف قبل تقديمه.",
            "Разберём требования, порядок шагов и цены и проверим папку до подачи.",
            "Розберемо вимоги, порядок кроків і ціни та перевіримо теку до подання.",
            "Exigences, étapes, coûts, et relecture du dossier avant dépôt.",
            "መስፈርቶችን፣ ቅደም ተከተልንና ወጪን አብረን እናያለን።",
        ),
        who=p.BEGINNING_OWNERS,
        bring=(p.IDENTITY, p.BUSINESS_FILE),
        languages="he ar ru",
        refer=(SELF,),
        checked=33,
    ),
    Offer(
        key="business-first-steps",
        at=("spark-business", "desert-rose", "newcomers-ashdod"),
        terms=(s.FROM_AN_IDEA, s.TAX, s.BUSINESS_MENTORING),
        name=words(
            "From an idea to a business",
            "מרעיון לעסק",
            "من فكرة إلى مصلحة",
            "От идеи к бизнесу",
            "Від ідеї до бізнесу",
            "De l'idée à l'entreprise",
            "ከሐሳብ ወደ ንግድ",
        ),
        what=words(
            "Eight evenings: who buys, what it costs, how to price, tax and insurance in plain words. You "
            "leave with a plan on one "
            "page.",
            "שמונה ערבים: מי קונה, כמה זה עולה, איך קובעים מחיר, מס וביטוח במילים פשוטות. יוצאים עם תוכנית בעמוד אחד.",
            "ثمانية أمسيات: من يشتري، وكم التكلفة، وكيف نحدّد السعر، والضريبة والتأمين بكلمات "
            "بسيطة. نخرج بخطة في صفحة واحدة.",
            "Восемь вечеров: покупатели, расходы, цена, налоги простыми словами.",
            "Вісім вечорів: покупці, витрати, ціна, податки простими словами.",
            "Huit soirées : clients, coûts, prix, impôts en mots simples.",
            "ስምንት ምሽት፤ ደንበኛ፣ ወጪ፣ ዋጋ እና ግብር በቀላል ቃላት።",
        ),
        who=p.BEGINNING_OWNERS,
        how=p.COURSE_ENTRY,
        hours=p.EVENINGS,
        languages="he ar ru",
        prices=(Price(150, words("for the course", "לקורס", "للدورة", "за курс", "за курс", "pour le cours", "ለኮርሱ")),),
        weekly_hours=3,
        weeks=8,
        seats=20,
    ),
    Offer(
        key="business-mentor",
        at=("spark-business",),
        terms=(s.ADVICE, s.IN_TROUBLE, s.CUSTOMERS, s.BUSINESS_MENTORING, s.MENTORING),
        name=words(
            "A mentor for your business",
            "ייעוץ וחונכות לעסק",
            "إرشاد شخصي للمصلحة",
            "Наставник для вашего бизнеса",
            "Наставник для вашого бізнесу",
            "Un mentor pour votre entreprise",
            "ለንግድዎ አማካሪ",
        ),
        what=words(
            "Ten meetings with somebody who has led a business: numbers, customers, workers, a way out of trouble.",
            "עשר פגישות עם מי שניהלו עסק בעצמם: מספרים, לקוחות, עובדים ודרך לצאת מקשיים.",
            "عشرة لقاءات مع شخص أدار مصلحة بنفسه: أرقام وزبائن وعاملون وطريق للخروج من الصعوبات.",
            "Десять встреч с опытным предпринимателем.",
            "Десять зустрічей із досвідченим підприємцем.",
            "Dix rencontres avec un entrepreneur expérimenté.",
            "ልምድ ካለው ነጋዴ ጋር አሥር ስብሰባዎች።",
        ),
        who=p.OWNERS,
        how=p.WRITE,
        bring=(p.BUSINESS_FILE,),
        languages="he ar ru en",
        prices=(Price(60, MEETING, LOW_INCOME_PAYS), Price(120, MEETING, OTHERS_PAY)),
        checked=190,
    ),
    Offer(
        key="business-loan",
        at=("first-coin", "spark-business"),
        terms=(s.LOANS, s.BUSINESS_LOAN, s.SELF_EMPLOYED),
        name=words(
            "Small-business loan",
            "הלוואה לעסק קטן",
            "قرض لمصلحة صغيرة",
            "Заём для малого бизнеса",
            "Позика для малого бізнесу",
            "Prêt aux petites entreprises",
            "ለአነስተኛ ንግድ ብድር",
        ),
        what=words(
            "From 5,000 to 60,000 shekels for tools, stock or a first shop, paid back over five "
            "years. We answer within three "
            "weeks. Two guarantors or a savings group.",
            "5,000 עד 60,000 שקלים לכלים, למלאי או לחנות ראשונה, בהחזר על פני חמש שנים. עונים בתוך "
            "שלושה שבועות. נדרשים שני "
            "ערבים או קבוצת חיסכון.",
            "من 5,000 حتى 60,000 شيكل للأدوات أو المخزون أو أول دكان، تُسدَّد خلال خمس سنوات. نجيب "
            "خلال ثلاثة أسابيع. المطلوب "
            "كفيلان أو مجموعة توفير.",
            "От 5 000 до 60 000 шекелей на инструменты, товар или магазин, на пять лет.",
            "Від 5 000 до 60 000 шекелів на інструменти, товар чи крамницю, на п'ять років.",
            "De 5 000 à 60 000 shekels, remboursés sur cinq ans.",
            "ከ5,000 እስከ 60,000 ሼቄል፤ በአምስት ዓመት የሚመለስ።",
        ),
        who=p.SMALL_EMPLOYERS,
        bring=(p.IDENTITY, p.BUSINESS_FILE),
        languages="he ar",
        checked=48,
        wait=words(
            "Three weeks", "שלושה שבועות", "ثلاثة أسابيع", "Три недели", "Три тижні", "Trois semaines", "ሦስት ሳምንት"
        ),
    ),
    Offer(
        key="home-business-women",
        at=("desert-rose",),
        terms=(s.AT_HOME, s.LOANS, s.BUSINESS_LOAN, s.BUSINESS_MENTORING, s.WOMEN),
        name=words(
            "Savings group for women with a home business",
            "קבוצת חיסכון לנשים עם עסק ביתי",
            "مجموعة توفير لنساء لديهن مصلحة بيتية",
            "Группа сбережений для женщин с домашним делом",
            "Група заощаджень для жінок із домашньою справою",
            "Groupe d'épargne pour femmes entrepreneures à domicile",
            "በቤት ለሚነግዱ ሴቶች የቁጠባ ቡድን",
        ),
        what=words(
            "Five women save together, vouch for one another and take turns with a loan. A "
            "guide comes every two weeks.",
            "חמש נשים חוסכות ביחד, ערבות זו לזו ולוקחות הלוואה בתור. מנחה מגיעה פעם בשבועיים.",
            "خمس نساء يوفّرن معًا، ويكفلن بعضهن بعضًا، ويأخذن القرض بالدور. تحضر مرشدة كل أسبوعين.",
            "Пять женщин копят вместе, ручаются друг за друга и берут заём по очереди.",
            "П'ять жінок заощаджують разом, ручаються одна за одну й беруть позику по черзі.",
            "Cinq femmes épargnent ensemble et empruntent à tour de rôle.",
            "አምስት ሴቶች አብረው ይቆጥባሉ፣ በተራ ይበደራሉ።",
        ),
        who=p.WOMEN_ONLY,
        how=p.WALK_IN,
        hours=p.AFTERNOONS,
        languages="ar he",
        seats=25,
    ),
    Offer(
        key="find-staff",
        at=("employers-desk", "employment-service", "jobs-rahat"),
        terms=(s.RECRUITING, s.WORK),
        name=words(
            "Find staff: one call",
            "גיוס עובדים ועובדות בשיחה אחת",
            "تجنيد عاملين وعاملات بمكالمة واحدة",
            "Найти работников: один звонок",
            "Знайти працівників: один дзвінок",
            "Recruter : un seul appel",
            "ሠራተኛ ማግኘት፤ አንድ ጥሪ",
        ),
        what=words(
            "You say what must be done, when and for how much. We speak with all partners and send "
            "up to five people who have "
            "said yes. If nobody fits, we say which requirement stands in the way.",
            "אומרים מה צריך לעשות, מתי ובאיזה שכר. אנחנו פונים לכל השותפים ושולחים עד חמישה אנשים "
            "שאמרו כן. אם אין התאמה, נגיד "
            "איזו דרישה מפריעה.",
            "يُذكر المطلوب من العمل ومتى وبأي أجر. نتوجه إلى جميع الشركاء ونرسل حتى خمسة أشخاص وافقوا. "
            "وإذا لم يلائم أحد، نقول أي "
            "شرط يعيق.",
            "Вы говорите, что нужно, когда и за сколько; мы присылаем до пяти согласных людей.",
            "Ви кажете, що потрібно, коли й за скільки; ми надсилаємо до п'яти охочих людей.",
            "Dites le travail, l'horaire, le salaire : nous envoyons jusqu'à cinq personnes d'accord.",
            "የሚፈለገውን ይንገሩን፤ እስከ አምስት የተስማሙ ሰዎችን እንልካለን።",
        ),
        who=p.EMPLOYERS,
        languages="he ar ru en",
        refer=(SELF,),
        checked=8,
        district_wide=True,
    ),
    Offer(
        key="wage-subsidy",
        at=("employers-desk", "employment-service"),
        terms=(s.WAGE_SUBSIDIES, s.WORK, s.FINANCIAL_HELP),
        name=words(
            "Wage subsidy for the first year",
            "סבסוד שכר בשנה הראשונה",
            "دعم الأجور في السنة الأولى",
            "Субсидия на зарплату в первый год",
            "Субсидія на зарплату в перший рік",
            "Aide au salaire la première année",
            "የመጀመሪያ ዓመት የደመወዝ ድጎማ",
        ),
        what=words(
            "For an employer who hires somebody after a long time without work, a newcomer or a person "
            "with a disability: up to a "
            "third of the wage for twelve months.",
            "למעסיקים שקולטים מי שלא עבדו זמן רב, עולים חדשים או אנשים עם מוגבלות: עד שליש מהשכר במשך שנים-עשר חודשים.",
            "لمشغّلين يستوعبون من لم يعملوا مدة طويلة، أو قادمين جددًا، أو أشخاصًا مع إعاقة: حتى ثلث "
            "الأجر لمدة اثني عشر شهرًا.",
            "До трети зарплаты двенадцать месяцев для тех, кому трудно найти работу.",
            "До третини зарплати дванадцять місяців для тих, кому важко знайти роботу.",
            "Jusqu'à un tiers du salaire pendant douze mois.",
            "ለአሥራ ሁለት ወር እስከ ደመወዙ አንድ ሦስተኛ።",
        ),
        who=p.SMALL_EMPLOYERS,
        how=p.WRITE,
        bring=(p.BUSINESS_FILE, p.PAY_SLIPS),
        languages="he ar ru",
        refer=(SELF,),
        district_wide=True,
        checked=55,
    ),
    Offer(
        key="inclusive-recruiting",
        at=("able-together", "employers-desk"),
        terms=(s.INCLUSIVE_HIRING, s.WORK, s.SUPPORTED_WORK),
        name=words(
            "Recruiting for everybody: advice for employers",
            "גיוס מכליל: ייעוץ למעסיקים",
            "توظيف شامل: استشارة للمشغّلين",
            "Инклюзивный наём: консультация для работодателей",
            "Інклюзивний найм: консультація для роботодавців",
            "Recruter sans exclure : conseil aux employeurs",
            "ሁሉን የሚያካትት ቅጥር፤ ለአሠሪዎች ምክር",
        ),
        what=words(
            "We read your job advertisement with you, take out what shuts people out, and prepare the "
            "team for the first weeks of "
            "a colleague with a disability or a new language.",
            "קוראים יחד את מודעת הדרושים, מוציאים ממנה מה שמרחיק אנשים, ומכינים את הצוות לשבועות "
            "הראשונים של עמית או עמיתה עם "
            "מוגבלות או עם שפה אחרת.",
            "نقرأ معًا إعلان الوظيفة، ونحذف ما يُبعد الناس، ونحضّر الطاقم للأسابيع الأولى مع زميل أو "
            "زميلة مع إعاقة أو لغة أخرى.",
            "Разберём объявление о работе и подготовим коллектив.",
            "Розберемо оголошення про роботу й підготуємо колектив.",
            "Nous relisons l'annonce et préparons l'équipe.",
            "የሥራ ማስታወቂያውን አብረን እናነባለን፣ ቡድኑን እናዘጋጃለን።",
        ),
        who=p.EMPLOYERS,
        how=p.WRITE,
        languages="he ar",
        refer=(SELF,),
        checked=600,
    ),
    Offer(
        key="train-on-job",
        at=("employers-desk", "harbour-college"),
        terms=(s.TRAINING_AT_WORK, s.LANGUAGE_AT_WORK, s.MONEY_FOR_TRAINING, s.WORK_SKILLS, s.VOCATIONAL),
        name=words(
            "Training inside the company",
            "הכשרה בתוך העסק",
            "تأهيل داخل المصلحة",
            "Обучение внутри предприятия",
            "Навчання на підприємстві",
            "Formation dans l'entreprise",
            "በድርጅቱ ውስጥ ሥልጠና",
        ),
        what=words(
            "A teacher comes to your workshop or shop: machines, safety, service, Hebrew at "
            "work. The state pays for half.",
            "מורה מגיע או מגיעה לבית המלאכה או לחנות: מכונות, בטיחות, שירות ועברית לעבודה. המדינה משלמת מחצית.",
            "يحضر معلّم أو معلّمة إلى الورشة أو الدكان: آلات وسلامة وخدمة وعبرية للعمل. تدفع الدولة النصف.",
            "Преподаватель приходит к вам; государство платит половину.",
            "Викладач приходить до вас; держава платить половину.",
            "Un formateur vient chez vous ; l'État paie la moitié.",
            "አስተማሪ ወደ እርስዎ ይመጣል፤ መንግሥት ግማሹን ይከፍላል።",
        ),
        who=p.SMALL_EMPLOYERS,
        how=p.WRITE,
        languages="he ar",
        prices=(Price(90, words("an hour", "לשעה", "للساعة", "за час", "за годину", "par heure", "በሰዓት")),),
        refer=(SELF, PROFESSIONAL),
    ),
    Offer(
        key="employer-hotline",
        at=("employers-desk",),
        terms=(s.EMPLOYERS_LAW, s.WORK, s.WORKPLACE_RIGHTS),
        name=words(
            "Telephone for employers: law and wages",
            "קו למעסיקים: חוק ושכר",
            "خط للمشغّلين: القانون والأجور",
            "Телефон для работодателей: закон и зарплата",
            "Телефон для роботодавців: закон і зарплата",
            "Ligne des employeurs : droit et salaires",
            "የአሠሪዎች ስልክ፤ ሕግና ደመወዝ",
        ),
        what=words(
            "Short answers about contracts, reserve duty, holidays, dismissal and foreign workers.",
            "תשובות קצרות על חוזים, מילואים, חגים, פיטורים ועובדים זרים.",
            "أجوبة قصيرة عن العقود وخدمة الاحتياط والأعياد والفصل والعمال الأجانب.",
            "Короткие ответы о договорах, отпусках и увольнении.",
            "Короткі відповіді про договори, відпустки та звільнення.",
            "Réponses brèves : contrats, congés, licenciement.",
            "ስለ ውል፣ እረፍትና መሰናበት አጭር መልሶች።",
        ),
        who=p.EMPLOYERS,
        how=words(
            "Call in opening hours.",
            "מתקשרים בשעות הפעילות.",
            "يُرجى الاتصال في ساعات العمل.",
            "Звоните в часы работы.",
            "Телефонуйте в години роботи.",
            "Appelez aux heures d’ouverture.",
            "በሥራ ሰዓት ይደውሉ።",
        ),
        hours=p.FRIDAY_TOO,
        languages="he ar ru",
        remote=True,
        refer=(SELF,),
        district_wide=True,
    ),
)
