"""Published facts on the real district the demo town's invented offices stand in: Israel's Southern District.

All numbers are those of Israel's Central Bureau of Statistics, typed in; a test compares each with the shared files they
were read from. Nothing else in the demo is real.
"""

from dataclasses import dataclass

from kesher.demo.texts import words
from kesher.formats.records import Text

LOCALITIES_SOURCE = "Israel Central Bureau of Statistics, localities file 2021"
CLUSTER_SOURCE = "Israel Central Bureau of Statistics, socio-economic index of local authorities 2019 (published 2023)"
SUM_NOTE = "sum of the localities of the file"
POPULATION_YEAR, CLUSTER_YEAR = 2021, 2019

LOCALITY_SCHEME = "il-cbs-locality"
SUB_DISTRICT_SCHEME = "il-cbs-sub-district"
DISTRICT_SCHEME = "il-cbs-district"
COUNTRY_SCHEME = "iso-3166-1"

HOME = "9000"  # the table of the demo meets in Be'er Sheva


@dataclass(frozen=True, slots=True)
class Authority:
    """A municipality or local council.

    ``code`` is the CBS locality code, ``population`` that of the end of 2021, ``latitude`` and ``longitude`` the centre in
    degrees WGS84; ``cluster`` 1 (weakest) to 10, ``index`` and ``rank`` (1 = weakest of 255) of the socio-economic index
    2019.
    """

    code: str
    sub_district: str
    name: Text
    population: int
    latitude: float
    longitude: float
    cluster: int
    index: float
    rank: int


@dataclass(frozen=True, slots=True)
class Region:
    """A sub-district, district or country; ``population`` is summed over the localities of the file (2021)."""

    scheme: str
    code: str
    level: str
    name: Text
    population: int
    parent: str  # key of another region, "" for the country


REGIONS: dict[str, Region] = {
    "il": Region(
        COUNTRY_SCHEME,
        "IL",
        "country",
        words("Israel", "ישראל", "إسرائيل", "Израиль", "Ізраїль", "Israël", "እስራኤል"),
        9377889,
        "",
    ),
    "6": Region(
        DISTRICT_SCHEME,
        "6",
        "district",
        words(
            "Southern District",
            "מחוז הדרום",
            "لواء الجنوب",
            "Южный округ",
            "Південний округ",
            "District sud",
            "ደቡብ አውራጃ",
        ),
        1316883,
        "il",
    ),
    "61": Region(
        SUB_DISTRICT_SCHEME,
        "61",
        "sub-district",
        words(
            "Ashkelon sub-district",
            "נפת אשקלון",
            "قضاء أشكلون",
            "Подокруг Ашкелон",
            "Підокруг Ашкелон",
            "Sous-district d'Ashkelon",
            "አሽቀሎን ንዑስ አውራጃ",
        ),
        578970,
        "6",
    ),
    "62": Region(
        SUB_DISTRICT_SCHEME,
        "62",
        "sub-district",
        words(
            "Be'er Sheva sub-district",
            "נפת באר שבע",
            "قضاء بئر السبع",
            "Подокруг Беэр-Шева",
            "Підокруг Беер-Шева",
            "Sous-district de Beer-Sheva",
            "ቤር ሼቫ ንዑስ አውራጃ",
        ),
        737913,
        "6",
    ),
}


def _authority(line: str) -> Authority:
    code, sub, population, latitude, longitude, cluster, index, rank, *names = (
        part.strip() for part in line.split("|")
    )
    return Authority(
        code,
        sub,
        words(*names),
        int(population),
        float(latitude),
        float(longitude),
        int(cluster),
        float(index),
        int(rank),
    )


# code | sub-district | population 2021 | latitude | longitude | cluster 2019 | index 2019 | rank 2019 | names en … am
_TABLE = """
9000|62|211249|31.25347|34.78577|5|-0.009|128|Be'er Sheva|באר שבע|بئر السبع|Беэр-Шева|Беер-Шева|Beer-Sheva|ቤር ሼቫ
70|61|225974|31.79551|34.64956|5|-0.187|108|Ashdod|אשדוד|أشدود|Ашдод|Ашдод|Ashdod|አሽዶድ
7100|61|149160|31.66944|34.57417|5|-0.076|119|Ashkelon|אשקלון|أشكلون|Ашкелон|Ашкелон|Ashkelon|አሽቀሎን
1161|62|76238|31.39054|34.75362|1|-1.876|11|Rahat|רהט|رهط|Рахат|Рахат|Rahat|ራሃት
2630|61|60581|31.60937|34.76584|4|-0.464|92|Kiryat Gat|קריית גת|كريات جات|Кирьят-Гат|Кір'ят-Гат|Kiryat Gat|ቂርያት ጋት
2600|62|52753|29.5531|34.94329|6|0.23|149|Eilat|אילת|إيلات|Эйлат|Ейлат|Eilat|ኤላት
246|62|42039|31.42122|34.58509|3|-0.71|69|Netivot|נתיבות|نتيفوت|Нетивот|Нетівот|Netivot|ነቲቮት
2200|62|35893|31.06977|35.03522|5|-0.312|100|Dimona|דימונה|ديمونا|Димона|Дімона|Dimona|ዲሞና
31|62|33999|31.30765|34.61956|3|-0.691|72|Ofakim|אופקים|أوفاكيم|Офаким|Офакім|Ofakim|ኦፋኪም
1031|61|30553|31.5284|34.59429|5|-0.127|113|Sderot|שדרות|سديروت|Сдерот|Сдерот|Sdérot|ስዴሮት
2560|62|27582|31.25893|35.21389|3|-0.696|70|Arad|ערד|عراد|Арад|Арад|Arad|አራድ
1034|61|25021|31.73204|34.74553|4|-0.606|79|Kiryat Malakhi|קריית מלאכי|كريات ملاخي|Кирьят-Малахи|Кір'ят-Малахі|Kiryat Malakhi|ቂርያት ማላኪ
1303|62|23942|31.29707|34.93598|1|-2.231|7|Hura|חורה|حورة|Хура|Хура|Houra|ሁራ
1059|62|23219|31.24372|35.08866|1|-2.316|4|Kuseife|כסיפה|كسيفة|Ксейфе|Ксейфе|Kseifa|ኩሴይፋ
1054|62|22187|31.24855|34.86064|1|-2.321|3|Tel Sheva|תל שבע|تل السبع|Тель-Шева|Тель-Шева|Tel Sheva|ቴል ሼቫ
1192|62|19681|31.15851|35.02342|1|-2.479|2|Ar'ara BaNegev|ערערה-בנגב|عرعرة النقب|Арара-ба-Негев|Арара-ба-Негев|Arara BaNéguev|አርአራ ባነጌቭ
1060|62|15294|31.32414|34.86719|1|-2.049|9|Lakiya|לקיה|اللقية|Лакия|Лакія|Lakiya|ላኪያ
1286|62|11865|31.19699|34.83921|1|-2.207|8|Segev Shalom|שגב-שלום|شقيب السلام|Сегев-Шалом|Сегев-Шалом|Segev Shalom|ሰገቭ ሻሎም
831|62|11031|30.98805|34.92826|4|-0.504|87|Yeruham|ירוחם|يروحام|Йерухам|Єрухам|Yeroham|ዬሩሃም
1268|62|10566|31.32755|34.93232|9|1.546|244|Meitar|מיתר|ميتار|Мейтар|Мейтар|Meitar|ሜይታር
666|62|7656|31.26782|34.85059|10|1.915|252|Omer|עומר|عومر|Омер|Омер|Omer|ኦሜር
1271|62|6977|31.36981|34.81321|10|2.018|253|Lehavim|להבים|لهفيم|Лехавим|Лехавім|Lehavim|ለሃቪም
99|62|5179|30.6235|34.80154|3|-0.781|59|Mitzpe Ramon|מצפה רמון|متسبيه رمون|Мицпе-Рамон|Міцпе-Рамон|Mitzpe Ramon|ሚጽጴ ራሞን
"""  # noqa: E501 - one town, one line

AUTHORITIES: dict[str, Authority] = {
    authority.code: authority for authority in map(_authority, _TABLE.strip().splitlines())
}
