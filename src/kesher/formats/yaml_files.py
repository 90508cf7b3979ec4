"""YAML and JSON from outside, with the line each value stands on.

Every scalar is read as its words (``no`` stays "no", ``03:00`` stays a time); no tags, no anchors: an alias may double
a document's size at each step. Sizes and depths are limited.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say

SIZE = 4_000_000
Path = tuple[str | int, ...]


class _Plain(yaml.BaseLoader):
    """A loader of text, lists and mappings only."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not read", mark)
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True)
class Document:
    content: Any
    lines: dict[Path, int]  # path of keys and positions -> line, from 1

    def line(self, path: Path) -> int:
        """The line of the deepest part of ``path`` that is in the document."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(text: str, file: str) -> Document:
    """The document in ``text`` (YAML 1.1, of which JSON is a part). Raises :class:`UnreadableFile` naming the line."""
    if len(text) > SIZE:
        raise UnreadableFile(file, say.YAML_TOO_LONG(count=len(text), limit=SIZE))
    lines: dict[Path, int] = {}
    try:
        loader = _Plain(text.replace("\t", "  ") if text.lstrip().startswith(("{", "[")) else text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        content = _content(node, (), lines, file) if node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if "end of stream" in str(getattr(error, "problem", "")):
            mark = getattr(error, "context_mark", None) or mark  # where what never ends began
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UnreadableFile(file, say.YAML_WRONG(line=1 if mark is None else mark.line + 1, why=problem)) from None
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(file, say.YAML_BROKEN(why=type(error).__name__)) from None
    return Document(content, lines)


def _content(node: Any, path: Path, lines: dict[Path, int], file: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_content(part, (*path, place), lines, file) for place, part in enumerate(node.value)]
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise UnreadableFile(file, say.YAML_KEY(line=line))
        if key.value in mapping:
            raise UnreadableFile(file, say.YAML_KEY_TWICE(line=line, key=key.value))
        lines[(*path, key.value)] = line
        mapping[key.value] = _content(value, (*path, key.value), lines, file)
    return mapping
