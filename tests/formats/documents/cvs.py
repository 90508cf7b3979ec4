"""CVs in four scripts, as the tests make them themselves: Chromium prints the PDF, python-docx writes the DOCX."""

import io
from dataclasses import dataclass
from typing import Final

import docx
from docx.oxml import parse_xml
from playwright.sync_api import Browser

_STYLE: Final = (
    "body{font-family:'Noto Sans','Noto Sans Hebrew','Noto Sans Arabic','Noto Sans Ethiopic',sans-serif;font-size:12pt}"
)


@dataclass(frozen=True, slots=True)
class Cv:
    """A CV: its language, which way it runs, and its lines; the first is the heading."""

    language: str
    direction: str
    lines: tuple[str, ...]


CVS: Final = {
    "he": Cv(
        "he",
        "rtl",
        (
            "קורות חיים: רחל לוי",
            "טלפון 052-1234567, דוא״ל rachel@example.org",
            "אחות מוסמכת בבית חולים סורוקה (2009–2016)",
            "מאז 2017: מטפלת סיעודית, 30 שעות בשבוע",
            "תוכנות: Excel ו-Word, רמה טובה",
        ),
    ),
    "ar": Cv(
        "ar",
        "rtl",
        (
            "السيرة الذاتية: محمود الحلبي",
            "خباز في حلب خمس عشرة سنة (١٩٩٨–٢٠١٣)",
            "سائق شاحنة منذ 2015، رخصة C+E",
            "السلام عليكم، عملت في الإدارة إلى الآن",
            "العمال والعاملات، ثلاث سنوات، لا أكثر",
            "هاتف 052-1234567 (متاح)",
        ),
    ),
    "uk": Cv(
        "uk",
        "ltr",
        (
            "Резюме: Олена Ковальчук",
            "Кранівниця на заводі в Харкові (2001–2013), п'ять розрядів",
            "З 2022 року прибираю в готелі, неповний день",
        ),
    ),
    "am": Cv(
        "am",
        "ltr",
        (
            "የሕይወት ታሪክ፦ አልማዝ በቀለ",
            "በጥቁር አንበሳ ሆስፒታል ነርስ ነበርኩ (2009–2016)",
            "ዳቦ ጋጋሪ፣ ሁለት ዓመት፤ አሁን ሥራ እፈልጋለሁ።",
        ),
    ),
}


def html(cv: Cv, typeface: str = "") -> str:
    """The page that is printed; `typeface`: another than the usual one."""
    head, *lines = cv.lines
    rows = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<!doctype html><html lang="{cv.language}" dir="{cv.direction}"><meta charset="utf-8">'
        f"<style>{_STYLE}{f'body{{font-family:{typeface}}}' if typeface else ''}</style><h1>{head}</h1>{rows}</html>"
    )


def printed(browser: Browser, page_source: str) -> bytes:
    """A PDF as people make them: a page printed from a browser."""
    page = browser.new_page()
    page.set_content(page_source)
    content: bytes = page.pdf(format="A4")
    page.close()
    return content


_TEXT_BOX: Final = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    "<mc:AlternateContent>"
    '<mc:Choice Requires="wps"><wps:txbx><w:txbxContent>'
    "<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def written(cv: Cv) -> bytes:
    """A DOCX as templates make them: the name in the header, a table of years, the last line in a text box."""
    head, *lines, last = cv.lines
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = head
    table = document.add_table(rows=0, cols=2)
    for number, line in enumerate(lines, 1):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = str(number), line
    document.add_paragraph()._p.append(parse_xml(_TEXT_BOX.format(text=last)))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
