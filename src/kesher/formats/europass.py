"""Europass CV, the ``Candidate`` document of version 4 that the Europass editor writes and reads: into a profile and back.

The schema the files point to is not published. Element paths are those of ``candidate_v4_element_paths.json`` (counted in
a real export); what values stand in them (CEFR codes of each skill, ISO 639-2 codes of languages, EQF levels) is what exports
hold.
HTML in long texts, which the editor stores escaped, is read as plain text and written as paragraphs.

Not read: birth date, nationality, sex, photograph (:mod:`.profile`); sections Kesher has no place for (publications, projects,
conferences, custom sections). Definitions in the file (DTD, entities) are refused, so nothing in it can grow or fetch.
"""

import io
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final
from xml.etree.ElementTree import Element, ElementTree, ParseError, SubElement, indent, register_namespace

import phonenumbers
from defusedxml import ElementTree as DefusedTree
from defusedxml.common import DefusedXmlException
from pydantic import ValidationError

from kesher.formats.profile import (
    LANGUAGE_SKILLS,
    Cefr,
    Certificate,
    Education,
    Experience,
    LanguageSkill,
    Profile,
    Skill,
    UnreadableProfile,
    partial_date,
)

LARGEST = 10_000_000
"""Bytes of a file: an export carries a photograph."""
DEEPEST = 40
EUROPASS: Final = "http://www.europass.eu/1.0"
HR: Final = "http://www.hr-xml.org/3"
OAGIS: Final = "http://www.openapplications.org/oagis/9"
EURES: Final = "http://www.europass_eures.eu/1.0"
_PREFIXES = {"": EUROPASS, "hr": HR, "oa": OAGIS, "eures": EURES}
_NAMESPACES = frozenset(_PREFIXES.values())
for _prefix, _namespace in _PREFIXES.items():
    register_namespace(_prefix, _namespace)
_SKILL_CODES: Final = dict(
    zip(
        (
            "CEF-Understanding-Listening",
            "CEF-Understanding-Reading",
            "CEF-Speaking-Interaction",
            "CEF-Speaking-Production",
            "CEF-Writing-Production",
        ),
        LANGUAGE_SKILLS,
        strict=True,
    )
)
_CODE_OF_SKILL: Final = {skill: code for code, skill in _SKILL_CODES.items()}
_EQF = frozenset("12345678")
_DIAL = re.compile(r"\+?\d{1,4}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


# --- reading ----------------------------------------------------------------------------------------------------------


class _Plain(HTMLParser):
    """The words of HTML, paragraphs and list entries on lines of their own."""

    _BLOCKS = frozenset({"p", "br", "li", "ul", "ol", "div"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def plain(text: str) -> str:
    """HTML of a long text as plain text; what holds no tag comes back as it is."""
    if not re.search(r"<[a-z/!]", text, re.IGNORECASE):
        return unescape(text).strip()
    parser = _Plain()
    parser.feed(text)
    parser.close()
    return re.sub(r"\n{2,}", "\n", "".join(parser.words)).strip()


class _Node:
    """An element with the path to it, so that whatever is wrong can say where."""

    def __init__(self, element: Element, path: str) -> None:
        self.element, self.path = element, path

    def every(self, name: str) -> Iterator["_Node"]:
        """The children of this name in any of the four namespaces, each with its number where there are several."""
        found = [child for child in self.element if _local(child) == name]
        for number, child in enumerate(found, 1):
            yield _Node(child, f"{self.path}/{name}" + (f"[{number}]" if len(found) > 1 else ""))

    def at(self, path: str) -> "_Node | None":
        """The first element down a path of names."""
        here: _Node | None = self
        for name in path.split("/"):
            here = next(here.every(name), None) if here else None
        return here

    def text(self, path: str = "") -> str:
        """The text of the first element down a path, "" where there is none."""
        node = self.at(path) if path else self
        return (node.element.text or "").strip() if node else ""

    def date(self, path: str) -> str | None:
        """The date at ``path``; one that is none is refused with its path."""
        node = self.at(f"{path}/FormattedDateTime")
        if node is None or not node.text():
            return None
        try:
            return partial_date(node.text()[:10])
        except ValueError as fault:
            raise UnreadableProfile(node.path, str(fault)) from None

    def flag(self, path: str) -> bool:
        """Whether "true" or "1" stands at ``path``; what is neither that nor its opposite is refused."""
        said = self.text(path).lower()
        if said not in ("", "true", "false", "1", "0"):
            raise UnreadableProfile(f"{self.path}/{path}", f"“{said[:40]}” is neither true nor false")
        return said in ("true", "1")


def _local(element: Element) -> str:
    """The name of an element of the four namespaces; "" for all others, which are passed over."""
    if not isinstance(element.tag, str):
        return ""
    namespace, _, name = element.tag.removeprefix("{").partition("}")
    return name if namespace in _NAMESPACES else ""


def _parse(data: bytes) -> Element:
    if len(data) > LARGEST:
        raise UnreadableProfile("the file", f"it is larger than {LARGEST:,} bytes")
    root: Element | None = None
    depth = 0
    try:
        for event, element in DefusedTree.iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            root = element if root is None else root
            if depth > DEEPEST:
                raise UnreadableProfile("the file", f"its elements stand more than {DEEPEST} deep")
    except ParseError as fault:
        raise UnreadableProfile("the file", f"it is not XML: {fault}") from None
    except DefusedXmlException:
        raise UnreadableProfile(
            "the file", "it holds definitions (a DTD or entities), which a Europass CV has not"
        ) from None
    except (ValueError, LookupError) as fault:  # an encoding that is none
        raise UnreadableProfile("the file", f"it is not XML: {fault}") from None
    if root is None:
        raise UnreadableProfile("the file", "it is empty")
    if root.tag != f"{{{EUROPASS}}}Candidate":
        old = root.tag.endswith("SkillsPassport")
        raise UnreadableProfile(
            f"/{root.tag.rpartition('}')[2]}",
            "this is a Europass CV of before 2020; open it in the Europass editor and save it again"
            if old
            else f"a Europass CV begins with Candidate in {EUROPASS}",
        )
    return root


def read(data: bytes) -> Profile:
    """The profile of a file's content. :class:`UnreadableProfile` names the element that is wrong by its path."""
    candidate = _Node(_parse(data), "/Candidate")
    person, profile = candidate.at("CandidatePerson"), candidate.at("CandidateProfile")
    if person is None:
        raise UnreadableProfile("/Candidate/CandidatePerson", "it is missing")
    given, family = person.text("PersonName/GivenName"), person.text("PersonName/FamilyName")
    try:
        fields: dict[str, object] = {
            "called": " ".join(filter(None, (given, family))),
            "given": given,
            "family": family,
            **_contact(person),
            "languages": (*_mother_tongues(person), *(_languages(profile) if profile else ())),
        }
        if profile is not None:
            fields |= {
                "language": profile.element.get("languageCode", ""),
                "summary": plain(profile.text("ExecutiveSummary")),
                "work": tuple(_work(profile)),
                "education": tuple(_education(profile)),
                "certificates": tuple(_certificates(profile)),
                "skills": tuple(_skills(profile)),
            }
        return Profile.model_validate(fields)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        raise UnreadableProfile(f"/Candidate: {'.'.join(map(str, first['loc']))}", first["msg"]) from None


def _contact(person: _Node) -> dict[str, object]:
    mails, phones, url = [], [], ""
    place: dict[str, str] = {}
    for channel in person.every("Communication"):
        kind, uri = channel.text("ChannelCode").lower(), channel.text("URI")
        if kind == "email" and uri:
            mails.append(uri.removeprefix("mailto:"))
        elif kind == "telephone" and (number := channel.text("DialNumber")):
            dialling = channel.text("CountryDialing")
            if dialling and not _DIAL.fullmatch(dialling):
                raise UnreadableProfile(f"{channel.path}/CountryDialing", f"“{dialling[:40]}” is no country's number")
            phones.append(f"+{dialling.lstrip('+')}{re.sub('[^0-9]', '', number).lstrip('0')}" if dialling else number)
        elif kind == "web" and uri and not url:
            url = uri
        if (address := channel.at("Address")) and not place:
            place = {"street": "\n".join(line.text() for line in address.every("AddressLine")), **_town(address)}
            place["postal_code"] = address.text("PostalCode")
    return {"emails": tuple(mails), "phones": tuple(phones), "url": url, **place}


def _town(address: _Node) -> dict[str, str]:
    return {"city": address.text("CityName"), "country": address.text("CountryCode").upper()}


def _organisation(node: _Node) -> tuple[dict[str, str], str]:
    """Town and web address of an employer or a school."""
    town, url = {"city": "", "country": ""}, ""
    contact = node.at("OrganizationContact")
    for channel in contact.every("Communication") if contact else ():
        if address := channel.at("Address"):
            town = _town(address)
        if channel.text("ChannelCode").lower() == "web":
            url = url or channel.text("URI")
    return town, url or node.text("Link")


def _work(profile: _Node) -> Iterator[Experience]:
    history = profile.at("EmploymentHistory")
    for employer in history.every("EmployerHistory") if history else ():
        town, url = _organisation(employer)
        for position in employer.every("PositionHistory"):
            period = position.at("EmploymentPeriod")
            yield Experience(
                employer=_cut(employer, "OrganizationName"),
                position=_cut(position, "PositionTitle"),
                city=_cut(position, "City") or town["city"],
                country=position.text("Country").upper() or town["country"],
                start=period.date("StartDate") if period else None,
                end=period.date("EndDate") if period else None,
                current=period.flag("CurrentIndicator") if period else False,
                description=plain(_cut(position, "Description")),
                url=url,
            )


def _education(profile: _Node) -> Iterator[Education]:
    history = profile.at("EducationHistory")
    for school in history.every("EducationOrganizationAttendance") if history else ():
        town, url = _organisation(school)
        period, degree = school.at("AttendancePeriod"), school.at("EducationDegree")
        level = school.text("EducationLevelCode")
        if level and level not in _EQF:
            raise UnreadableProfile(
                f"{school.path}/EducationLevelCode", f"“{level[:40]}” is no level of the EQF (1 to 8)"
            )
        fields = [
            code.text()
            for field in (degree.every("FieldOfStudy") if degree else ())
            for part in ("MainFieldOfStudy", "SpecificFieldOfStudy")
            for place in field.every(part)
            for code in place.every("ProgramConcentration")
            if code.text()
        ]
        yield Education(
            institution=_cut(school, "OrganizationName"),
            title=_cut(degree, "DegreeName") if degree else "",
            fields=tuple(dict.fromkeys(fields))[:100],
            level=int(level) if level else None,
            city=town["city"],
            country=town["country"],
            start=period.date("StartDate") if period else None,
            end=period.date("EndDate") if period else None,
            current=period.flag("Ongoing") if period else False,
            grade=_cut(degree, "FinalGrade/ScoreText") if degree else "",
            description=plain(_cut(degree, "OccupationalSkillsCovered")) if degree else "",
            url=url,
        )


def _cut(node: _Node, path: str) -> str:
    """A text that is no longer than texts of a profile may be; a longer one is refused with its path."""
    text = node.text(path)
    if len(text) > 20_000:
        raise UnreadableProfile(f"{node.path}/{path}", "the text is longer than 20,000 letters")
    return text


def _mother_tongues(person: _Node) -> Iterator[LanguageSkill]:
    for node in person.every("PrimaryLanguageCode"):
        if said := node.text():
            yield LanguageSkill.model_validate(
                {"native": True, **_language_name(said, node.element.get("name", "NORMAL"))}
            )


def _language_name(said: str, scheme: str) -> dict[str, str]:
    return {"name": said} if scheme == "FREE_TEXT" else {"code": said.lower()}


def _languages(profile: _Node) -> Iterator[LanguageSkill]:
    qualifications = profile.at("PersonQualifications")
    for competency in qualifications.every("PersonCompetency") if qualifications else ():
        identity = competency.at("CompetencyID")
        if competency.text("TaxonomyID") != "language" or identity is None or not identity.text():
            continue
        levels: dict[str, Cefr] = {}
        for dimension in competency.every("CompetencyDimension"):
            skill = _SKILL_CODES.get(dimension.text("CompetencyDimensionTypeCode"))
            level = dimension.text("Score/ScoreText").upper()
            if skill and level:
                if level not in list(Cefr):
                    raise UnreadableProfile(
                        f"{dimension.path}/Score/ScoreText", f"“{level[:40]}” is no level of the CEFR (A1 to C2)"
                    )
                levels[skill] = Cefr(level)
        named = _language_name(identity.text(), identity.element.get("schemeName", "NORMAL"))
        yield LanguageSkill.model_validate({**named, **levels})


def _skills(profile: _Node) -> Iterator[Skill]:
    """Skills in groups or alone, in a section of their own, and competences with an address of their own (ESCO)."""
    for others in profile.every("Others"):
        if others.text("Title") == SKILLS:
            for one in others.every("Other"):
                name, uri = _cut(one, "Title"), one.text("Link")
                yield Skill(name="" if name == uri else name, uri=uri, level=plain(_cut(one, "Description")))
    for section in profile.every("Skills"):
        groups: Iterable[tuple[str, _Node]] = [
            ("", section),
            *((g.text("Title"), g) for g in section.every("SkillsGroup")),
        ]
        for title, group in groups:
            yield from (_skill(one, title) for one in group.every("PersonCompetency"))
    qualifications = profile.at("PersonQualifications")
    for one in qualifications.every("PersonCompetency") if qualifications else ():
        if one.text("TaxonomyID") != "language":
            yield _skill(one, "")


def _skill(node: _Node, group: str) -> Skill:
    identity = node.text("CompetencyID")
    uri = identity if _ADDRESS.fullmatch(identity) else ""
    name = _cut(node, "CompetencyName") or ("" if uri else identity)
    return Skill(name=name, uri=uri, keywords=(group,) if group else ())


def _certificates(profile: _Node) -> Iterator[Certificate]:
    """Certificates where Kesher writes them: the editor's own section for them takes nothing in."""
    for section in profile.every("Others"):
        if section.text("Title") == CERTIFICATES:
            for one in section.every("Other"):
                yield Certificate(
                    name=_cut(one, "Title"), issuer=plain(_cut(one, "Description")), date=one.date("Date/StartDate")
                )


# --- writing ----------------------------------------------------------------------------------------------------------

CERTIFICATES: Final = "Certificates"
SKILLS: Final = "Skills"
#: Languages the editor keeps a CV in; a CV in another is written with English headings.
_CV_LANGUAGES_TEXT = """
en bg hr cs da nl et fi fr de el hu is ga it lv lt mk mt no pl pt ro sr sk sl es sv tr uk me
"""
_CV_LANGUAGES = frozenset(_CV_LANGUAGES_TEXT.split())
#: ISO 639-1 tags of people who come to a town in Israel, as the three letters (639-2) the editor reads.
_THREE_LETTERS_TEXT = """
he=heb ar=ara ru=rus uk=ukr am=amh ti=tir en=eng fr=fra es=spa de=deu pt=por it=ita ro=ron pl=pol tr=tur fa=fas yi=yid
ka=kat hy=hye az=aze uz=uzb hi=hin th=tha zh=zho tl=tgl so=som om=orm nl=nld hu=hun bg=bul
"""
_THREE_LETTERS = dict(pair.split("=") for pair in _THREE_LETTERS_TEXT.split())
_THREE = re.compile(r"[a-z]{3}")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _name(tag: str) -> str:
    """``hr:ID`` as ElementTree writes names."""
    prefix, _, local = tag.rpartition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}"


def _add(parent: Element, path: str, text: str | None = None, **attributes: str) -> Element:
    """A new element at the end of a path of names; those before it are made as well."""
    for tag in path.split("/"):
        parent = SubElement(parent, _name(tag))
    parent.attrib.update(attributes)
    parent.text = _NOT_XML.sub("", text) if text else None
    return parent


def _some(parent: Element, path: str, text: str | None) -> None:
    if text:
        _add(parent, path, text)


def _html(text: str) -> str:
    """Plain text as the editor keeps long texts; line by line a paragraph."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


def write(person: Profile, *, identity: str = "") -> bytes:
    """The profile as a ``Candidate`` document. ``identity``: what its maker calls the file, never a person's number.

    Certificates and skills become sections of their own, because the editor's have no place for them (its "skills" are
    digital ones, its "certifications" take nothing in). That work was voluntary is not kept. Telephones without the number
    of their country are left out: the editor refuses the whole file for one.
    """
    root = Element(_name("Candidate"))
    if identity:
        scheme = {"schemeName": "DocumentIdentifier", "schemeAgencyName": "EUROPASS", "schemeVersionID": "4.0"}
        _add(root, "hr:DocumentID", schemeID=identity, **scheme)
    _write_person(_add(root, "CandidatePerson"), person)
    headings = person.language if person.language in _CV_LANGUAGES else "en"
    profile = _add(root, "CandidateProfile", languageCode=headings)
    _some(profile, "hr:ExecutiveSummary", _html(person.summary) if person.summary else "")
    sections = []
    if person.work:
        history = _add(profile, "EmploymentHistory")
        for work in person.work:
            _write_work(history, work)
        sections.append("work-experience")
    if person.education:
        history = _add(profile, "EducationHistory")
        for school in person.education:
            _write_education(history, school)
        sections.append("education-training")
    if spoken := [one for one in person.languages if not one.native]:
        qualifications = _add(profile, "PersonQualifications")
        for language in spoken:
            _write_language(qualifications, language)
        sections.append("language")
    for certificate in person.certificates:
        other = _other(profile, CERTIFICATES, certificate.name)
        _some(other, "Date/StartDate/hr:FormattedDateTime", certificate.date)
        _some(other, "Description", _html(certificate.issuer) if certificate.issuer else "")
    for skill in person.skills:
        other = _other(profile, SKILLS, skill.name or skill.uri)
        _some(other, "Description", _html(skill.level) if skill.level else "")
        _some(other, "Link", skill.uri)
    design = _add(root, "RenderingInformation/Design")
    order = _add(design, "SectionsOrder")  # without it the editor shows nothing
    for title in sections:
        _add(order, "Section/Title", title)
    tree = ElementTree(root)
    indent(tree)
    stream = io.BytesIO()
    tree.write(stream, encoding="UTF-8", xml_declaration=True)
    return stream.getvalue()


def _other(profile: Element, section: str, title: str) -> Element:
    """An entry of a section of one's own: one section for each, which the editor puts together by their title."""
    others = _add(profile, "Others")
    _add(others, "Title", section)
    other = _add(others, "Other")
    _add(other, "Title", title or "-")
    return other


def _write_person(node: Element, person: Profile) -> None:
    name = _add(node, "PersonName")
    _add(name, "oa:GivenName", person.given or ("" if person.family else person.called))
    _add(name, "hr:FamilyName", person.family)
    for mail in person.emails:
        channel = _add(node, "Communication")
        _add(channel, "ChannelCode", "Email")
        _add(channel, "oa:URI", mail)
    for phone in person.phones:
        try:
            number = phonenumbers.parse(phone)
        except phonenumbers.NumberParseException:
            continue
        channel = _add(node, "Communication")
        _add(channel, "ChannelCode", "Telephone")
        _add(channel, "UseCode", "mobile")
        _add(channel, "CountryDialing", str(number.country_code))
        _add(channel, "oa:DialNumber", str(number.national_number))
    if _ADDRESS.fullmatch(person.url):
        channel = _add(node, "Communication")
        _add(channel, "ChannelCode", "Web")
        _add(channel, "oa:URI", person.url)
    if person.street or person.city or person.postal_code or person.country:
        channel = _add(node, "Communication")
        _add(channel, "UseCode", "home")
        _write_town(
            _add(channel, "Address", type="home"), person.city, person.country, person.street, person.postal_code
        )
    for language in person.languages:
        if language.native:
            scheme, text = _language_code(language)
            _add(node, "PrimaryLanguageCode", text, name=scheme)


def _write_town(address: Element, city: str, country: str, street: str = "", postal_code: str = "") -> None:
    for line in filter(None, street.split("\n")):
        _add(address, "oa:AddressLine", line)
    _some(address, "oa:CityName", city)
    _some(address, "CountryCode", country.lower())
    _some(address, "oa:PostalCode", postal_code)


def _language_code(language: LanguageSkill) -> tuple[str, str]:
    code = _THREE_LETTERS.get(language.code.split("-")[0].lower(), language.code.lower())
    return ("NORMAL", code) if _THREE.fullmatch(code) else ("FREE_TEXT", language.name or language.code)


def _write_organisation(node: Element, name: str, city: str, country: str, url: str) -> None:
    _add(node, "hr:OrganizationName", name)
    contact = None
    if city or country:
        contact = _add(node, "OrganizationContact")
        _write_town(_add(contact, "Communication/Address"), city, country)
    if _ADDRESS.fullmatch(url):
        channel = _add(contact if contact is not None else _add(node, "OrganizationContact"), "Communication")
        _add(channel, "ChannelCode", "Web")
        _add(channel, "oa:URI", url)


def _write_work(section: Element, work: Experience) -> None:
    node = _add(section, "EmployerHistory")
    _write_organisation(node, work.employer, work.city, work.country, work.url)
    position = _add(node, "PositionHistory")
    _add(position, "PositionTitle", work.position, typeCode="FREETEXT")
    period = _add(position, "eures:EmploymentPeriod")
    _some(period, "eures:StartDate/hr:FormattedDateTime", work.start)
    _some(period, "eures:EndDate/hr:FormattedDateTime", work.end)
    _add(period, "hr:CurrentIndicator", str(work.current).lower())
    described = "\n".join(filter(None, (work.description, *work.highlights)))
    _some(position, "oa:Description", _html(described) if described else "")
    _some(position, "City", work.city)
    _some(position, "Country", work.country.lower())


def _write_education(section: Element, school: Education) -> None:
    node = _add(section, "EducationOrganizationAttendance")
    _write_organisation(node, school.institution, school.city, school.country, school.url)
    _some(node, "EducationLevelCode", str(school.level or ""))
    period = _add(node, "AttendancePeriod")
    _some(period, "StartDate/hr:FormattedDateTime", school.start)
    _some(period, "EndDate/hr:FormattedDateTime", school.end)
    _add(period, "Ongoing", str(school.current).lower())
    degree = _add(node, "EducationDegree")
    _add(degree, "hr:DegreeName", school.title)
    for code in school.fields:
        _add(degree, "FieldOfStudy/MainFieldOfStudy/ProgramConcentration", code)
    described = "\n".join(filter(None, (school.field, school.description, *school.courses)))
    _some(degree, "OccupationalSkillsCovered", _html(described) if described else "")
    _some(degree, "FinalGrade/hr:ScoreText", school.grade)


def _write_language(section: Element, language: LanguageSkill) -> None:
    node = _add(section, "PersonCompetency")
    scheme, text = _language_code(language)
    _add(node, "CompetencyID", text, schemeName=scheme)
    _add(node, "hr:TaxonomyID", "language")
    for skill, level in language.levels():
        dimension = _add(node, "eures:CompetencyDimension")
        _add(dimension, "hr:CompetencyDimensionTypeCode", _CODE_OF_SKILL[skill])
        _add(dimension, "eures:Score/hr:ScoreText", level.value)
