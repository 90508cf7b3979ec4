"""People in their own words: several wishes at once, far from everything without a car, a small firm.

Beside test_orientation.py, which takes the wishes one after the other: here each is said as people say it, in the languages
of the front door, by keyboard alone or without a script, at 320 px, and axe finds nothing.
"""

from collections.abc import Iterator

import pytest
from django.db.models import Q
from django.utils import translation
from playwright.sync_api import Browser

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.models import Service
from tests.browser.test_orientation import HOW, NEWCOMER, Visitor, visitors
from tests.browser.town import Town
from tests.browser.ways import each_way

pytestmark = pytest.mark.xdist_group("own words")  # one worker, one town
COMPLETE = ("en", "he", "ar")


@pytest.fixture(autouse=True)
def portal() -> None:
    """The town brings its own portal."""


@pytest.fixture
def comes(browser: Browser, built: Town, how: str) -> Iterator:
    with visitors(browser, built, how) as come:
        yield come


def under_each_wish(visitor: Visitor) -> dict[str, list[str]]:
    """What is shown under each wish, in the words it was said in: the addresses of the first five."""
    found = {}
    for section in visitor.page.locator(".finder__results > section").all():
        links = section.locator(".offer:not(.offer--no) .offer__name a").all()
        found[section.locator("h3").first.inner_text().strip()] = [
            (link.get_attribute("href") or "").partition("?")[0].replace("/find/services/", "/services/")
            for link in links[:5]
        ]
    return found


#: A course, the recognition office, childcare: in one breath.
THREE = {
    "en": ("learn Hebrew", "recognition of my foreign diploma", "a nursery for my child"),
    "he": ("ללמוד עברית", "הכרה בתעודה מחוץ לארץ", "מעון לילדה"),
    "ar": ("تعلم العبرية", "الاعتراف بشهادتي من الخارج", "حضانة لطفلي"),
    "ru": ("курс иврита", "признание моего диплома", "ясли для ребёнка"),
    "am": ("ዕብራይስጥ መማር", "የዲፕሎማ እውቅና", "የሕፃናት መዋያ"),
    "uk": ("курс івриту", "визнання мого диплома", "ясла для дитини"),
    "fr": ("un cours d'hébreu", "reconnaissance de mon diplôme", "une crèche pour ma fille"),
}
COURSE = Q(name__he__icontains="עברית") | Q(name__he__icontains="אולפן")
ANSWERED = (COURSE, Q(name__he__icontains="הכרה"), Q(name__he__icontains="מעון"))


@pytest.mark.parametrize(("language", "how"), each_way(THREE, HOW))
def test_a_newcomer_says_three_wishes_in_one_breath(comes, language: str) -> None:
    """ "I came two years ago with my little daughter. At home I was a nurse." Each wish is answered by itself."""
    visitor = comes()
    visitor.opens(f"/{language}/")
    comma = {"ar": "، ", "am": "፣ "}.get(language, ", ")
    visitor.says(comma.join(THREE[language]))
    asked = visitor.answers(NEWCOMER)
    assert len(asked) <= 5
    found = under_each_wish(visitor)
    for words, answers in zip(THREE[language], ANSWERED, strict=True):
        right = {f"/{language}/services/{key}/" for key in Service.objects.filter(answers).values_list("pk", flat=True)}
        assert right & set(found[words]), (words, found)
    visitor.looks_right()
    visitor.goes(visitor.page.locator(".offer__name a").first)
    visitor.looks_right()


AT_HOME = {"en": "a Hebrew course online", "he": "קורס עברית באינטרנט", "ar": "دورة عبرية عبر الإنترنت"}
NO_CAR = {"en": "find work", "he": "לחפש עבודה", "ar": "البحث عن عمل"}


@pytest.mark.parametrize(("language", "how"), each_way(COMPLETE, HOW))
def test_a_parent_far_from_everything_without_a_car(comes, language: str) -> None:
    """ "We live in Yeruham, I have no car. Two children at school." What is shown is near, or comes to them."""
    yeruham = in_language(Area.objects.filter(name__en="Yeruham").order_by("pk")[0].name, language).text
    visitor = comes()
    visitor.opens(f"/{language}/")
    visitor.says(NO_CAR[language])
    with translation.override(language):
        five = translation.gettext("%(km)s km") % {"km": 5}
        remote = translation.gettext("By phone or online")
    visitor.narrows(area=yeruham, within=five)
    visitor.answers({"age": "41", "work": "unemployed", "children": "child_7_to_17"})
    fitting = visitor.page.locator(".offer--fits .offer__name a").all()
    keys = [link.get_attribute("href").split("/")[-2] for link in fitting]
    assert keys, "something is for them"
    for service in Service.objects.filter(pk__in=keys):
        here = service.at_locations.filter(location__area__name__en="Yeruham").exists()
        assert here or service.remote, service.name
    visitor.looks_right()
    filters = visitor.page.locator(".finder__filters")
    if not filters.evaluate("details => details.open"):
        visitor.presses(filters.locator("summary").first)
    visitor.presses(filters.get_by_label(remote), "Space")
    visitor.goes(filters.locator("form:has([value=narrow]) > button"))
    visitor.says(AT_HOME[language])
    shown = [link.get_attribute("href").split("/")[-2] for link in visitor.page.locator(".offer__name a").all()]
    assert Service.objects.filter(pk__in=shown).filter(COURSE).exists(), "a course one takes at home"
    assert not Service.objects.filter(pk__in=shown, remote=False).exists(), "filters stay, and hold"
    visitor.looks_right()


FIRM = {
    "en": "help to pay the wage of a new worker",
    "he": "סיוע בתשלום שכר לעובד חדש",
    "ar": "مساعدة في دفع أجر عامل جديد",
}
OURS = {"business_stage": "established", "employees": "5", "sector": "building"}


@pytest.mark.parametrize(("language", "how"), each_way(COMPLETE, HOW))
def test_five_plumbers_need_a_sixth(comes, language: str) -> None:
    """ "Five of us, open for eight years. I cannot pay full wages while somebody learns." """
    visitor = comes()
    visitor.opens(f"/{language}/")
    visitor.page.locator(".door h2 a").last.focus()  # the whole door shows the focus: test_keyboard.py
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.looks_right()
    visitor.says(FIRM[language])
    asked = visitor.answers(OURS)
    assert set(asked) <= {*OURS, "business_area", "about"}, "a business is asked about the business"
    links = visitor.page.locator(".offer--fits .offer__name a").all()[:5]
    keys = [link.get_attribute("href").split("/")[-2] for link in links]
    assert Service.objects.filter(pk__in=keys).filter(name__en__icontains="wage").exists(), keys
    visitor.looks_right()
    visitor.goes(visitor.page.locator(".offer--fits .offer__name a").first)
    visitor.looks_right()


NURSE = {"en": "I was a nurse in Addis", "he": "הייתי אחות באדיס אבבה", "ar": "كنت ممرضة في حلب"}
UNDERSTOOD = {"en": "Nursing professionals", "he": "אחים ואחיות מוסמכים", "ar": "اختصاصيو التمريض"}


@pytest.mark.parametrize(("language", "how"), each_way(COMPLETE, HOW))
def test_a_nurse_says_what_she_was(comes, language: str) -> None:
    """It is shown as understood, recognition and a course for nurses come first and say why; one press takes it away."""
    visitor = comes()
    visitor.opens(f"/{language}/")
    visitor.says(NURSE[language])
    assert UNDERSTOOD[language] in visitor.page.locator("#your-work").inner_text()
    first = visitor.page.locator(".finder__results > section").first
    keys = [link.get_attribute("href").split("/")[-2] for link in first.locator(".offer__name a").all()]
    names = " · ".join(str(service.name["en"]) for service in Service.objects.filter(pk__in=keys))
    assert "Recognition of diplomas" in names
    assert "doctors and nurses" in names
    assert "Spoken Arabic" not in names
    for card in first.locator(".offer").all():
        with translation.override(language):
            reason = translation.gettext("For your work: recognition of what you learned, or a licence")
        assert reason in card.inner_text(), "in the reader's language, whatever was found"
    visitor.looks_right()
    visitor.goes(visitor.page.locator("#your-work button"))
    assert not visitor.page.locator("#your-work").count()
    assert visitor.page.locator(".offer").count(), "what the words find stays"
    visitor.looks_right()
