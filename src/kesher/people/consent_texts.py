"""The first words that people agree to, in every language of the portal. A next version: :mod:`kesher.people.wording`.

Machine-made, not yet read by lawyers or native speakers, and said so where they are shown to staff.
"""

from collections.abc import Mapping
from typing import Final

FIRST: Final[Mapping[str, Mapping[str, str]]] = {
    "file": {
        "en": (
            "This organisation keeps a file about me, to help me find work, learning or other help. The file holds what I "
            "tell it. I may read it, correct it and take it with me. I may say stop at any time; then the organisation can "
            "no longer see it. Saying no has no bad effect on my rights."
        ),
        "he": (
            "הארגון הזה שומר תיק עליי, כדי לעזור לי למצוא עבודה, לימודים או עזרה אחרת. בתיק כתוב מה שאני מספר או מספרת. "
            "מותר לי לקרוא אותו, לתקן אותו ולקחת אותו איתי. מותר לי לומר די בכל רגע, ואז הארגון כבר לא יראה אותו. "
            "סירוב לא פוגע בזכויות שלי."
        ),
        "ar": (
            "تحتفظ هذه المنظمة بملف عني لتساعدني في إيجاد عمل أو تعليم أو مساعدة أخرى. في الملف ما أحكيه أنا. يحق لي أن "
            "أقرأه وأصححه وآخذه معي. ويحق لي أن أوقف ذلك في أي وقت، وعندها لا تستطيع المنظمة رؤيته. الرفض لا يضر بحقوقي."
        ),
        "ru": (
            "Эта организация ведёт обо мне дело, чтобы помочь мне найти работу, учёбу или другую помощь. В деле стоит то, "
            "что я рассказываю. Я могу его прочитать, исправить и забрать с собой. Я могу в любое время сказать «стоп», "
            "тогда организация больше его не увидит. Отказ не вредит моим правам."
        ),
        "uk": (
            "Ця організація веде про мене справу, щоб допомогти мені знайти роботу, навчання чи іншу допомогу. У справі те, "
            "що я розповідаю. Я можу її прочитати, виправити й забрати з собою. Я можу будь-коли сказати «стоп», тоді "
            "організація більше її не побачить. Відмова не шкодить моїм правам."
        ),
        "fr": (
            "Cette organisation garde un dossier sur moi, pour m’aider à trouver un travail, une formation ou une autre aide. "
            "Il contient ce que je raconte. Je peux le lire, le corriger et l’emporter. Je peux dire stop à tout moment : "
            "l’organisation ne le voit alors plus. Dire non ne nuit pas à mes droits."
        ),
        "am": (
            "ይህ ድርጅት ሥራ፣ ትምህርት ወይም ሌላ እርዳታ እንዳገኝ ለመርዳት ስለ እኔ ፋይል ይይዛል። በፋይሉ ውስጥ የምናገረው ነገር አለ። ማንበብ፣ ማረምና ይዤው መሄድ "
            "እችላለሁ። በማንኛውም ጊዜ ይቁም ማለት እችላለሁ፤ ከዚያ በኋላ ድርጅቱ ሊያየው አይችልም። እምቢ ማለቴ መብቴን አይጎዳም።"
        ),
    },
    "share": {
        "en": (
            "This other organisation may read my file too, so that I do not have to tell everything again. It may not pass "
            "it on. I may say stop at any time; then it can no longer see my file."
        ),
        "he": (
            "גם הארגון השני הזה רשאי לקרוא את התיק שלי, כדי שלא אצטרך לספר הכול מחדש. אסור לו להעביר אותו הלאה. מותר לי "
            "לומר די בכל רגע, ואז הוא כבר לא יראה את התיק."
        ),
        "ar": (
            "يحق لهذه المنظمة الأخرى أيضًا أن تقرأ ملفي، حتى لا أحكي كل شيء من جديد. ولا يحق لها أن تنقله إلى غيرها. ويحق لي "
            "أن أوقف ذلك في أي وقت، وعندها لا تستطيع رؤية ملفي."
        ),
        "ru": (
            "Эта другая организация тоже может читать моё дело, чтобы мне не рассказывать всё заново. Передавать его дальше "
            "нельзя. Я могу в любое время сказать «стоп», тогда она больше не увидит моё дело."
        ),
        "uk": (
            "Ця інша організація теж може читати мою справу, щоб мені не розповідати все знову. Передавати її далі не можна. "
            "Я можу будь-коли сказати «стоп», тоді вона більше не побачить мою справу."
        ),
        "fr": (
            "Cette autre organisation peut aussi lire mon dossier, pour que je n’aie pas à tout raconter de nouveau. Elle ne "
            "peut pas le transmettre. Je peux dire stop à tout moment : elle ne voit alors plus mon dossier."
        ),
        "am": (
            "ሁሉንም ነገር እንደገና እንዳልናገር ይህ ሌላ ድርጅትም ፋይሌን ማንበብ ይችላል። ለሌላ ማስተላለፍ አይችልም። በማንኛውም ጊዜ ይቁም ማለት እችላለሁ፤ ከዚያ በኋላ ፋይሌን "
            "ሊያይ አይችልም።"
        ),
    },
    "referral": {
        "en": (
            "My name, how to reach me, my language and the reason are sent to this organisation, so that it can call me about "
            "one service. It tells back whether it could help. I may say stop at any time; then it is told to erase this."
        ),
        "he": (
            "השם שלי, איך להגיע אליי, השפה שלי והסיבה נשלחים לארגון הזה, כדי שיתקשר אליי בעניין שירות אחד. הוא מודיע בחזרה "
            "אם הצליח לעזור. מותר לי לומר די בכל רגע, ואז מודיעים לו למחוק את הדברים."
        ),
        "ar": (
            "يُرسَل اسمي وطريقة الاتصال بي ولغتي والسبب إلى هذه المنظمة، لتتصل بي بشأن خدمة واحدة. وهي تخبر بعد ذلك هل "
            "استطاعت المساعدة. ويحق لي أن أوقف ذلك في أي وقت، وعندها يُطلب منها محو ذلك."
        ),
        "ru": (
            "Моё имя, как со мной связаться, мой язык и причина передаются этой организации, чтобы она позвонила мне об одной "
            "услуге. Она сообщит, смогла ли помочь. Я могу в любое время сказать «стоп», тогда её попросят всё стереть."
        ),
        "uk": (
            "Моє ім’я, як зі мною зв’язатися, моя мова і причина передаються цій організації, щоб вона зателефонувала мені "
            "про одну послугу. Вона повідомить, чи змогла допомогти. Я можу будь-коли сказати «стоп», тоді її попросять усе "
            "стерти."
        ),
        "fr": (
            "Mon nom, comment me joindre, ma langue et la raison sont envoyés à cette organisation, pour qu’elle m’appelle au "
            "sujet d’un service. Elle dit ensuite si elle a pu aider. Je peux dire stop à tout moment : on lui demande alors "
            "de tout effacer."
        ),
        "am": (
            "ስለ አንድ አገልግሎት እንዲደውልልኝ ስሜ፣ እኔን ማግኛ መንገድ፣ ቋንቋዬና ምክንያቱ ወደዚህ ድርጅት ይላካሉ። መርዳት ችሎ እንደሆነ መልሶ ያሳውቃል። በማንኛውም ጊዜ ይቁም "
            "ማለት እችላለሁ፤ ከዚያ በኋላ እንዲያጠፋው ይነገረዋል።"
        ),
    },
    "matching": {
        "en": (
            "My file may be compared with vacancies, so that I hear of work that fits me. No employer learns who I am before "
            "I say yes to that one vacancy."
        ),
        "he": (
            "מותר להשוות את התיק שלי למשרות פנויות, כדי שאשמע על עבודה שמתאימה לי. שום מעסיק לא ידע מי אני לפני שאסכים לגבי "
            "אותה משרה."
        ),
        "ar": (
            "يجوز مقارنة ملفي بالوظائف الشاغرة لأسمع عن عمل يناسبني. ولا يعرف أي صاحب عمل من أنا قبل أن أوافق على تلك الوظيفة "
            "بعينها."
        ),
        "ru": (
            "Моё дело можно сравнивать с вакансиями, чтобы мне сообщали о подходящей работе. Ни один работодатель не узнает, "
            "кто я, пока я не соглашусь на эту вакансию."
        ),
        "uk": (
            "Мою справу можна порівнювати з вакансіями, щоб мені повідомляли про роботу, яка мені підходить. Жоден "
            "роботодавець не дізнається, хто я, доки я не погоджуся на цю вакансію."
        ),
        "fr": (
            "Mon dossier peut être comparé aux offres d’emploi, pour que j’apprenne quel travail me convient. Aucun employeur "
            "ne sait qui je suis avant que je dise oui à cette offre."
        ),
        "am": ("ለእኔ የሚስማማ ሥራ እንድሰማ ፋይሌ ከክፍት የሥራ ቦታዎች ጋር ሊነጻጸር ይችላል። ለዚያ ሥራ እሺ ከማለቴ በፊት ማንም ቀጣሪ ማን እንደሆንኩ አያውቅም።"),
    },
    "statistics": {
        "en": (
            "I am counted, without my name, when the town looks at what is missing and what works. Numbers so small that "
            "somebody could recognise me are not shown."
        ),
        "he": (
            "סופרים אותי, בלי השם שלי, כשהעיר בודקת מה חסר ומה עובד. מספרים קטנים כל כך שאפשר לזהות אותי לא מוצגים."
        ),
        "ar": ("أُحسَب، من دون اسمي، عندما تنظر البلدة فيما ينقص وما ينجح. ولا تُعرض أرقام صغيرة قد يعرفني بها أحد."),
        "ru": (
            "Меня учитывают без имени, когда город смотрит, чего не хватает и что помогает. Числа настолько малые, что по ним "
            "меня можно узнать, не показывают."
        ),
        "uk": (
            "Мене враховують без імені, коли місто дивиться, чого бракує і що допомагає. Такі малі числа, за якими мене можна "
            "впізнати, не показують."
        ),
        "fr": (
            "Je suis compté, sans mon nom, quand la ville regarde ce qui manque et ce qui marche. Les nombres si petits qu’on "
            "pourrait me reconnaître ne sont pas montrés."
        ),
        "am": ("ከተማው ምን እንደጎደለና ምን እንደሚሠራ ሲመለከት ያለ ስሜ እቆጠራለሁ። ሰው ሊያውቀኝ የሚችልባቸው በጣም ትናንሽ ቁጥሮች አይታዩም።"),
    },
}
