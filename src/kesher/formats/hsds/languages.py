"""Names of languages, as directories write them, to BCP 47 codes.

A name that is not here is kept beside the code ``und`` ("undetermined"): nobody's language is guessed.
"""

import re

NAMES: dict[str, str] = {
    "afrikaans": "af",
    "albanian": "sq",
    "american sign language": "ase",
    "amharic": "am",
    "arabic": "ar",
    "armenian": "hy",
    "asl": "ase",
    "azerbaijani": "az",
    "bengali": "bn",
    "bosnian": "bs",
    "british sign language": "bfi",
    "bsl": "bfi",
    "bulgarian": "bg",
    "burmese": "my",
    "cantonese": "yue",
    "catalan": "ca",
    "chinese": "zh",
    "creole": "ht",  # in the directories of the United States, where it is written so
    "croatian": "hr",
    "czech": "cs",
    "danish": "da",
    "dari": "prs",
    "dutch": "nl",
    "english": "en",
    "español": "es",
    "estonian": "et",
    "farsi": "fa",
    "filipino": "fil",
    "finnish": "fi",
    "français": "fr",
    "french": "fr",
    "french creole": "ht",
    "georgian": "ka",
    "german": "de",
    "greek": "el",
    "gujarati": "gu",
    "haitian": "ht",
    "haitian creole": "ht",
    "hebrew": "he",
    "hindi": "hi",
    "hmong": "hmn",
    "hungarian": "hu",
    "indonesian": "id",
    "israeli sign language": "isr",
    "italian": "it",
    "japanese": "ja",
    "khmer": "km",
    "korean": "ko",
    "kurdish": "ku",
    "lao": "lo",
    "latvian": "lv",
    "lithuanian": "lt",
    "malay": "ms",
    "mandarin": "cmn",
    "nepali": "ne",
    "norwegian": "no",
    "oromo": "om",
    "pashto": "ps",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "punjabi": "pa",
    "romanian": "ro",
    "russian": "ru",
    "serbian": "sr",
    "slovak": "sk",
    "somali": "so",
    "spanish": "es",
    "swahili": "sw",
    "swedish": "sv",
    "tagalog": "tl",
    "tamil": "ta",
    "telugu": "te",
    "thai": "th",
    "tigrinya": "ti",
    "turkish": "tr",
    "ukrainian": "uk",
    "urdu": "ur",
    "vietnamese": "vi",
    "welsh": "cy",
    "yiddish": "yi",
    "yoruba": "yo",
    "עברית": "he",
    "ערבית": "ar",
    "רוסית": "ru",
    "אמהרית": "am",
    "אנגלית": "en",
    "צרפתית": "fr",
    "ספרדית": "es",
    "العربية": "ar",
    "русский": "ru",
}
_THREE = {  # ISO 639-2 codes as directories use them, to the two letters BCP 47 asks for
    "eng": "en", "spa": "es", "fra": "fr", "fre": "fr", "heb": "he", "ara": "ar", "rus": "ru", "amh": "am", "ukr": "uk",
    "deu": "de", "ger": "de", "por": "pt", "ita": "it", "pol": "pl", "ron": "ro", "rum": "ro", "tur": "tr", "urd": "ur",
    "zho": "zh", "chi": "zh", "hat": "ht", "cym": "cy", "wel": "cy", "iw": "he", "ben": "bn", "hin": "hi", "fas": "fa",
}  # fmt: skip
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{5,8})*")
_SPACES = re.compile(r"[\s_-]+")


def language_tag(code: str) -> str | None:
    """A code as a BCP 47 tag in its usual case (``he``, ``zh-Hant``, ``pt-BR``), or ``None`` if it has not the form."""
    code = code.strip().replace("_", "-")
    if not _TAG.fullmatch(code):
        return None
    first, *rest = code.split("-")
    first = _THREE.get(first.lower(), first.lower())
    return "-".join(
        [first, *(part.title() if len(part) == 4 else part.upper() if len(part) < 4 else part.lower() for part in rest)]
    )


def language_named(name: str) -> str | None:
    """The code of a language by its name in English, Hebrew or its own language; ``None`` if the name is not known."""
    return NAMES.get(_SPACES.sub(" ", name.strip().lower()))
