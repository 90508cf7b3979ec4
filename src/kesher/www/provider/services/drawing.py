"""The sections of the form as the template draws them: one small dictionary per part."""

from typing import Any

from kesher.www.provider.services.editor import ServiceEditor
from kesher.www.provider.services.sections import HOURS, ROWS, THEMES


def drawn(editor: ServiceEditor) -> list[dict[str, Any]]:
    """Per section: itself and its parts, each with the ``kind`` that says how to draw it."""
    texts = editor.main.groups()
    return [
        {"section": section, "parts": [_part(editor, texts, name) for name in section.parts]}
        for section in editor.sections
    ]


def _part(editor: ServiceEditor, texts: Any, name: str | tuple[str, str]) -> dict[str, Any]:
    if isinstance(name, tuple):
        return {"kind": "pair", "fields": [editor.main[one] for one in name]}
    if name in (HOURS, THEMES):
        return {"kind": name}
    if name in ROWS:
        _form, heading, add = ROWS[name]
        return {"kind": "rows", "set": name, "heading": heading, "add": add, "formset": editor.sets[name]}
    if name in texts:
        return {"kind": "said", "group": texts[name]}
    return {"kind": "field", "field": editor.main[name]}
