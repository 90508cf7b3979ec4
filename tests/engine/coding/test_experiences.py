"""Free text to experiences: the half to develop with holds, nothing is lost, and provenance is exact."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.adapters.languages import language_detector
from kesher.engine.coding import Answer, Coder, Concept, Label, Vocabulary
from kesher.engine.coding.experiences import FURTHEST, ExperienceReader, Period, Reading, WordKind
from kesher.engine.coding.language import identify
from kesher.engine.coding.pieces import _COMMAS, STOPS, _is_own
from kesher.engine.coding.said_settings import Setting
from kesher.engine.coding.said_settings import settings as settings_said
from kesher.engine.coding.said_text import SaidText
from kesher.engine.coding.said_words import Small
from kesher.engine.coding.skills_in_text import SkillFinder
from kesher.words.vocabularies import vocabulary

ROOT = Path(__file__).resolve().parents[3]
TEXTS = yaml.safe_load((ROOT / "benchmarks" / "own_words.yaml").read_text(encoding="utf-8"))
LANGUAGES = ("en", "fr", "he", "ar", "ru", "uk", "am")


@pytest.fixture(scope="module")
def reader() -> ExperienceReader:
    return ExperienceReader(Coder(vocabulary("occupation", None)), SkillFinder(vocabulary("skill", None)))


@pytest.fixture(scope="module")
def small_reader() -> ExperienceReader:
    """A vocabulary of a few titles: properties do not depend on how many there are, and it is quick."""
    titles = [
        "baker",
        "driver",
        "אופה",
        "נהג",
        "خباز",
        "سائق",
        "повар",
        "кухар",
        "ዳቦ ጋጋሪ",
        "boulanger",
        "cook for weddings",
    ]
    concepts = tuple(Concept(f"urn:{number}", f"{number:04}", {"en": title}) for number, title in enumerate(titles))
    labels = tuple(Label(title, number, "en") for number, title in enumerate(titles))
    known = Vocabulary("small", concepts, labels)
    return ExperienceReader(Coder(known), SkillFinder(known))


def lost_words(reading: Reading) -> list[str]:
    """Words in no experience and not among those that were not understood, which do not join either."""
    covered = [part for one in reading.experiences for part in one.parts] + [
        left.span for left in reading.not_understood
    ]
    said = SaidText(reading.text, reading.language)
    joining = (Small.THEN, Small.NOW, Small.AND)
    joins = {
        at for place in range(len(said)) for at in range(place, place + max(said.does(place, one) for one in joining))
    }
    return [
        reading.text[word.start : word.end]
        for number, word in enumerate(said.words)
        if number not in joins and not any(span.start <= word.start and word.end <= span.end for span in covered)
    ]


def check_spans(reading: Reading) -> None:
    """Everything found says where, and is what stands there."""
    for one in reading.experiences:
        assert one.text == reading.text[one.span.start : one.span.end]
        assert (one.span.start, one.span.end) == (one.parts[0].start, one.parts[-1].end)
        inside = [one.title, *one.period.spans, *one.setting.values(), *(skill.span for skill in one.skills)]
        assert all(one.span.start <= span.start < span.end <= one.span.end for span in inside)
        assert one.occupation.text == reading.text[one.title.start : one.title.end]
    for left in reading.not_understood:
        assert left.text == reading.text[left.span.start : left.span.end]
        assert left.experience is None or 0 <= left.experience < len(reading.experiences)
    starts = [part.start for one in reading.experiences for part in one.parts]
    assert starts == sorted(starts)


# The written set


@pytest.mark.parametrize("one", [one for one in TEXTS if one["half"] == "develop"], ids=lambda one: one["id"])
def test_texts_of_the_development_half(reader, one):
    """Each expected experience in one of its own, with its length, dates and setting; its unit group among five."""
    reading = reader.read(one["text"], language=one["id"][:2])
    check_spans(reading)
    assert lost_words(reading) == []
    assert len(reading.experiences) == len(one["experiences"])
    for wanted, found in zip(one["experiences"], reading.experiences, strict=True):
        assert wanted["at"] in found.text
        assert {code.isco08 for code in found.occupation.candidates} & set(wanted["isco08"])
        if "months" in wanted:
            assert found.period.months == wanted["months"]
        for end in ("since", "until"):
            if end in wanted:
                assert getattr(found.period, end)[0] == wanted[end]
        if "setting" in wanted:
            assert {str(setting) for setting in found.setting} & set(wanted["setting"])


@pytest.mark.parametrize("one", [one for one in TEXTS if one["half"] == "held out"], ids=lambda one: one["id"])
def test_of_the_other_half_nothing_is_lost(reader, one):
    """What is right in it is only counted, by ``benchmarks/own_words.py``."""
    reading = reader.read(one["text"], language=one["id"][:2])
    check_spans(reading)
    assert lost_words(reading) == []


# Laws


@given(st.text(max_size=300), st.sampled_from(["", *LANGUAGES]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_part_of_any_text_is_lost(small_reader, text, language):
    reading = small_reader.read(text, language=language)
    check_spans(reading)
    assert lost_words(reading) == []
    # The words themselves leave out no letter or digit of the text.
    within = [(word.start, word.end) for word in SaidText(text, reading.language).words]
    assert all(any(start <= at < end for start, end in within) for at, letter in enumerate(text) if letter.isalnum())


_KNOWN = (
    "baker driver ten years 2015 2008-2014 since then, and . ; ( ) - my uncle's own business worked as a mostly looking for "
    "אופה נהג שנתיים ואז אחר כך , ושנה עשר שנים משלי خباز سائق سنتين ثم وبعدها ، لحسابي повар кухар полтора года потом и 5 "
    "лет без договора ዳቦ ጋጋሪ አምስት ዓመት ከዚያ እና ። boulanger puis dix ans et\nI've don't 45 old name: phone skills: @ "
    "052-1234567 резюме: a.b \nשם: ስልክ፦"
)
_BITS = st.sampled_from(_KNOWN.split(" "))


@given(st.lists(_BITS, max_size=25).map(" ".join), st.sampled_from(LANGUAGES))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_part_is_lost_of_texts_made_of_what_the_reader_knows(small_reader, text, language):
    reading = small_reader.read(text, language=language)
    check_spans(reading)
    assert lost_words(reading) == []
    assert reading == small_reader.read(text, language=language)


@pytest.mark.long
@given(st.lists(_BITS, max_size=40).map(" ".join), st.sampled_from(LANGUAGES))
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_part_is_lost_of_many_such_texts(small_reader, text, language):
    reading = small_reader.read(text, language=language)
    check_spans(reading)
    assert lost_words(reading) == []


@given(st.text(max_size=100))
@settings(max_examples=60, deadline=None)
def test_a_language_is_always_told(text):
    assert identify(text)


# Single rules


def test_the_sentence_of_the_issue(reader):
    reading = reader.read("ten years in my uncle's garage, mostly brakes, then taxi", language="en")
    garage, taxi = reading.experiences
    assert garage.text == "ten years in my uncle's garage, mostly brakes"
    assert (garage.occupation.candidates[0].isco08, garage.period.months) == ("7231", 120)
    assert list(garage.setting) == [Setting.FAMILY]
    assert (taxi.text, taxi.occupation.candidates[0].isco08, taxi.period) == ("taxi", "8322", Period())
    assert reading.not_understood == ()


def test_what_is_not_understood_is_told_with_its_place(reader):
    text = "baker in Qwrtzpl, 3 years. Blorp zzyx."
    reading = reader.read(text, language="en")
    assert [(left.text, left.kind, left.experience) for left in reading.not_understood] == [
        ("Qwrtzpl", WordKind.NOT_UNDERSTOOD, 0),
        ("Blorp zzyx", WordKind.NOT_UNDERSTOOD, None),
    ]


def test_work_without_a_known_name_is_an_experience_all_the_same(small_reader):
    """Three years at something nobody has listed are three years."""
    [one] = small_reader.read("I worked 3 years zzyxing blorps", language="en").experiences
    assert (one.occupation.answer, one.period.months) in [(Answer.NONE, 36), (Answer.QUESTION, 36)]


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "looking for a job as a baker", WordKind.WISH),
        ("he", "מחפש עבודה במשרד", WordKind.WISH),
        ("ru", "ищу работу водителем", WordKind.WISH),
        ("am", "ሹፌር መሆን እፈልጋለሁ", WordKind.WISH),
        ("en", "diploma in nursing", WordKind.EDUCATION),
        ("uk", "маю диплом юриста", WordKind.EDUCATION),
        ("he", "בת 47", WordKind.ABOUT_PERSON),
        ("ru", "мне 50 лет", WordKind.ABOUT_PERSON),
    ],
)
def test_wishes_studies_and_ages_are_no_experiences(reader, language, text, kind):
    reading = reader.read(text, language=language)
    assert reading.experiences == ()
    assert [left.kind for left in reading.not_understood] == [kind]


def test_no_text_is_no_experience(reader):
    for text in ("", "  \n ", "?!", "…", "🙂"):
        reading = reader.read(text)
        assert (reading.experiences, reading.not_understood) == ((), ())


def test_a_cv_with_lines_and_headings(reader):
    text = (
        "EXPERIENCE\n2018 - present: Kitchen helper, Hilton Hotel\n2014 - 2018: Security guard, night shifts\n"
        "EDUCATION\nHigh school, 2013"
    )
    first, second = reader.read(text, language="en").experiences
    assert (first.period.since, first.period.current, first.occupation.candidates[0].isco08) == (
        (2018, 0),
        True,
        "9412",
    )
    assert (second.period.since, second.period.until) == ((2014, 0), (2018, 0))
    assert second.occupation.candidates[0].isco08 == "5414"


def test_the_heading_over_work_and_what_stands_under_skills_are_no_work(reader):
    text = (
        "ניסיון תעסוקתי\n2015-2019 אחות בבית חולים\n2020-2022 מטפלת בקשישים\nמיומנויות: מתן תרופות, עבודה בצוות, אקסל"
    )
    found = reader.read(text, language="he").experiences
    assert [one.occupation.candidates[0].isco08 for one in found] == ["2221", "5322"]


def test_care_for_two_years_is_no_length_of_the_work_before(reader):
    text = "נהג מונית. בשנתיים האחרונות אני מטפל באמא"
    taxi, care = reader.read(text, language="he").experiences
    assert (taxi.occupation.candidates[0].isco08, taxi.setting) == ("8322", {})
    assert (care.occupation.candidates[0].isco08, care.period.months) == ("5322", 24)


@pytest.mark.parametrize("text", ["אני מטפלת באמא ומבשלת לאירועים", "טיפלתי באמא. מבשלת לאירועים"])
def test_care_and_the_work_beside_it_are_two(reader, text):
    care, cook = reader.read(text, language="he").experiences
    assert care.occupation.candidates[0].isco08 == "5322"
    assert Setting.UNPAID_CARE in care.setting
    assert cook.occupation.candidates[0].isco08 == "5120"
    assert not cook.setting


#: Lines of a CV that tell of the person and not of work; the name of the Arabic one is what a trade is called, too.
HEADED = {
    "en": (
        "Curriculum vitae: Amina Smith\nTel 052-123 4567, amina@example.org\nNurse 2009–2016\nSoftware: Word",
        "2221",
    ),
    "he": (
        "קורות חיים: רחל לוי\nטלפון 052-1234567, דוא״ל rachel@example.org\nאחות מוסמכת (2009–2016)\nתוכנות: Excel",
        "2221",
    ),
    "ar": ("السيرة الذاتية: محمود الحداد\nهاتف: 052-1234567\nخباز في حلب خمس عشرة سنة\nمهارات: Word", "7512"),
    "ru": ("Резюме: Олена Ковальчук\nАдрес: Хайфа\nмедсестра, 2001–2013\nНавыки: Excel", "2221"),
    "fr": ("Nom: Marie Boulanger\nNée le: 1.2.1980\ninfirmière de 2009 à 2016\nLogiciels: Word", "2221"),
    "am": ("የሕይወት ታሪክ፦ አልማዝ በቀለ\nስልክ፦ 052-1234567\nነርስ ነበርኩ (2009–2016)\nችሎታ፦ Excel", "2221"),
}


@pytest.mark.parametrize("language", HEADED)
def test_headed_lines_of_a_cv_are_no_work(reader, language):
    text, group = HEADED[language]
    reading = reader.read(text, language=language)
    assert [one.occupation.candidates[0].isco08 for one in reading.experiences] == [group]
    kinds = {one.kind for one in reading.not_understood if one.experience is None}
    assert {WordKind.ABOUT_PERSON, WordKind.EDUCATION} <= kinds


@pytest.mark.parametrize("text", ["computer technician for two years", "mail carrier for three years"])
def test_words_that_head_a_line_are_work_elsewhere(reader, text):
    (one,) = reader.read(text, language="en").experiences
    assert one.period.months


def plainly_own(said, place, starts, titles):
    """What :func:`_is_own` says, looked for anew each time."""
    at = place
    while at < len(said) and (at == place or not (STOPS | _COMMAS) & set(said.gap(at))):
        if at in starts or said.does(at, Small.WORK, Small.THEN, Small.NOW, Small.OWN) or titles.title_at(said, at):
            return True
        at += 1
    return False


@given(
    st.lists(st.sampled_from(["and", "baker", "work", "then", "zzz", "mine", ",", ".", "1999"]), max_size=30),
    st.lists(st.integers(0, 29), max_size=30),
    st.sets(st.integers(0, 29), max_size=3),
)
def test_what_was_found_for_a_word_before_holds_for_it_again(small_reader, words, asked, starts):
    said, known = SaidText(" ".join(words), "en"), {}
    for place in asked:
        if place < len(said):
            found = _is_own(said, place, dict.fromkeys(starts), small_reader._finder, known)
            assert found is plainly_own(said, place, starts, small_reader._finder)


def test_each_word_is_looked_at_once_however_often_and_is_said(small_reader, monkeypatch):
    """A page of nothing but "and" took two minutes of a core, and anybody may send one."""
    looked, finder = [], small_reader._finder
    plain = type(finder).title_at
    monkeypatch.setattr(
        type(finder), "title_at", lambda self, *one, **two: looked.append(one) or plain(self, *one, **two)
    )
    assert not small_reader.read("and " * 2_000, language="en").experiences
    assert len(looked) < 5 * 2_000


@pytest.mark.parametrize("text", ["1" * FURTHEST, "٣" * FURTHEST, "since " + "9" * 5_000 + " a baker"])
def test_digits_without_end_are_read_without_fault(small_reader, text):
    check_spans(small_reader.read(text, language="en"))


def test_a_pasted_book_is_read_to_a_bound_and_the_rest_told(small_reader):
    text = ("z" * 49 + " ") * (FURTHEST // 50 + 20)
    reading = small_reader.read(text)
    assert reading.not_understood[-1].span.end == len(text)
    assert reading.not_understood[-1].span.start == FURTHEST


def test_skills_say_where_they_stand(reader):
    text = "worked at Blorp. bus driver, I speak English"
    found = [skill for one in reader.read(text, language="en").experiences for skill in one.skills]
    english = next(skill for skill in found if skill.matched == "speak English")
    assert "speak English" in text[english.span.start : english.span.end]


def test_months_of_a_period_are_counted_from_its_dates():
    assert Period(months=18).months_until((2026, 11)) == 18
    assert Period(since=(2008, 0), until=(2014, 0)).months_until((2026, 11)) == 72
    assert Period(since=(2015, 3), until=(2015, 9)).months_until((2026, 11)) == 6
    assert Period(since=(2015, 0), current=True).months_until((2026, 6)) == 132
    assert Period(since=(2015, 0)).months_until((2026, 6)) is None
    assert Period(since=(2030, 0), current=True).months_until((2026, 6)) == 0
    assert Period().months_until((2026, 6)) is None


@pytest.mark.parametrize(
    ("language", "text", "setting"),
    [
        ("en", "my own bakery", Setting.OWN_BUSINESS),
        ("he", "מאפייה משלי", Setting.OWN_BUSINESS),
        ("ar", "مخبز لحسابي الخاص", Setting.OWN_BUSINESS),
        ("ru", "свой магазин", Setting.OWN_BUSINESS),
        ("uk", "власна пекарня", Setting.OWN_BUSINESS),
        ("fr", "coiffeuse à mon compte", Setting.OWN_BUSINESS),
        ("am", "የራሴ ሱቅ", Setting.OWN_BUSINESS),
        ("en", "in my uncle's garage", Setting.FAMILY),
        ("he", "במוסך של הדוד שלי", Setting.FAMILY),
        ("ar", "في كراج عمي", Setting.FAMILY),
        ("ru", "в гараже у дяди", Setting.FAMILY),
        ("uk", "допомагав батькові", Setting.FAMILY),
        ("fr", "le garage de mon oncle", Setting.FAMILY),
        ("am", "በአጎቴ ጋራዥ", Setting.FAMILY),
        ("en", "looked after my mother", Setting.UNPAID_CARE),
        ("he", "טיפלתי באמא שלי", Setting.UNPAID_CARE),
        ("he", "אני מטפלת באמא", Setting.UNPAID_CARE),
        ("he", "מטפל בסבא", Setting.UNPAID_CARE),
        ("ar", "اعتنيت بأمي", Setting.UNPAID_CARE),
        ("ru", "ухаживала за бабушкой", Setting.UNPAID_CARE),
        ("uk", "доглядала маму", Setting.UNPAID_CARE),
        ("fr", "je me suis occupée de ma mère", Setting.UNPAID_CARE),
        ("am", "እናቴን ተንከባክቤአለሁ", Setting.UNPAID_CARE),
        ("en", "without a contract", Setting.INFORMAL),
        ("he", "בשחור", Setting.INFORMAL),
        ("ar", "بدون عقد", Setting.INFORMAL),
        ("ru", "неофициально", Setting.INFORMAL),
        ("uk", "без договору", Setting.INFORMAL),
        ("fr", "au noir", Setting.INFORMAL),
        ("am", "ያለ ውል", Setting.INFORMAL),
        ("en", "volunteered at a kitchen", Setting.VOLUNTARY),
    ],
)
def test_settings_are_heard(language, text, setting):
    assert list(settings_said(SaidText(text, language))) == [setting]


def test_nothing_is_concluded_where_no_setting_is_said(reader):
    assert all(not one.setting for one in reader.read("baker, ten years", language="en").experiences)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("אופה", "", "he"),
        ("אופה", "ru", "he"),
        ("מתכנת Java Python SQL Kubernetes", "", "he"),
        ("خباز", "he", "ar"),
        ("نانوا", "fa", "fa"),
        ("ዳቦ ጋጋሪ", "", "am"),
        ("ዳቦ ጋጋሪ", "ti", "ti"),
        ("працював кранівником, її", "ru", "uk"),
        ("был поваром", "uk", "ru"),
        ("повар", "uk", "uk"),
        ("повар", "", "ru"),
        ("j'ai travaillé dans un garage", "", "fr"),
        ("worked in a garage", "", "en"),
        ("worked in a garage", "he", "en"),
        ("boulangerie", "fr", "fr"),
        ("2015", "he", "he"),
        ("", "", "en"),
    ],
)
def test_a_language_is_told_by_script_then_by_what_was_declared(text, declared, language):
    assert identify(text, declared) == language


def test_a_detector_decides_where_neither_tells():
    detector = language_detector()
    if detector is None:
        pytest.skip("the extra lang is not installed")
    assert identify("trabajé cinco años de cocinero", "", detector) == "es"
    assert identify("робив вареники", "", detector) == "uk"
    assert identify("worked in a garage", "", detector) == "en"


@pytest.mark.parametrize(
    ("text", "group", "learning"),
    [
        ("I was a nurse in Addis and now I am learning Hebrew", "2221", "I am learning Hebrew"),
        ("הייתי אחות באדיס אבבה ועכשיו אני לומדת עברית", "2221", "אני לומדת עברית"),
        ("הייתי אחות, ואני לומדת עברית", "2221", "ואני לומדת עברית"),
        ("كنت ممرضة في حلب والآن أتعلم العبرية", "2221", "أتعلم العبرية"),
        ("работала медсестрой, а сейчас учу иврит", "2221", "учу иврит"),
        ("працювала медсестрою, а зараз вчу іврит", "2221", "вчу іврит"),
        ("j'étais infirmière et maintenant j'apprends l'hébreu", "2221", "j'apprends l'hébreu"),
        ("ነርስ ነበርኩ፣ አሁን ዕብራይስጥ እየተማርኩ ነው", "2221", "ዕብራይስጥ እየተማርኩ ነው"),
    ],
)
def test_what_somebody_learns_now_is_no_work_and_not_of_the_work_before(
    reader: ExperienceReader, text: str, group: str, learning: str
) -> None:
    reading = reader.read(text)
    (one,) = reading.experiences
    assert one.occupation.candidates[0].isco08 == group
    assert learning not in one.text
    assert [(left.text, left.experience) for left in reading.not_understood if left.kind is WordKind.EDUCATION] == [
        (learning, None)
    ]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("I was a nurse. Then I looked after my mother for two years, and now I am learning Hebrew.", "5322"),
        ("עבדתי כאחות. אחר כך טיפלתי באמא שלי שנתיים בלי שכר, ועכשיו אני לומדת עברית.", "5322"),
        ("הייתי אחות. אחר כך טיפלתי באמא שלי.", "5322"),
        ("كنت ممرضة. بعدها اعتنيت بأمي سنتين بدون أجر.", "5322"),
        ("работала медсестрой, потом ухаживала за мамой три года", "5322"),
    ],
)
def test_care_of_relatives_is_work_though_only_small_words_say_it(
    reader: ExperienceReader, text: str, group: str
) -> None:
    nurse, care = reader.read(text).experiences
    assert nurse.occupation.candidates[0].isco08 == "2221"
    assert care.occupation.candidates[0].isco08 == group
    assert Setting.UNPAID_CARE in care.setting


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("I taught: I am a primary school teacher for ten years", "2341"),
        ("работала учительницей: учу детей математике", "2341"),
        ("five years as a nurse, with a degree", "2221"),
    ],
)
def test_who_teaches_or_has_a_degree_is_not_taken_for_a_learner(
    reader: ExperienceReader, text: str, group: str
) -> None:
    assert group in [one.isco08 for found in reader.read(text).experiences for one in found.occupation.candidates]
