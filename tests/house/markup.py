"""Reads a page the way a browser and a screen reader do: its tags, its words, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(eq=False, slots=True)  # two tags that look alike are still two
class Tag:
    name: str
    attributes: dict[str, str]
    around: tuple[Tag, ...]  # from the root down
    language: str  # its own, or that of the nearest tag around it which names one
    said: list[str] = field(default_factory=list)  # all words in it, however deep

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    @property
    def text(self) -> str:
        return " ".join(self.said)


@dataclass(slots=True)
class Words:
    text: str
    around: tuple[Tag, ...]

    @property
    def language(self) -> str:
        return self.around[-1].language if self.around else ""

    def is_inside(self, *names: str) -> bool:
        return any(tag.name in names for tag in self.around)


@dataclass
class Page:
    tags: list[Tag] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def all(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: tuple[Tag, ...] = ()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = self._add(tag, attrs)
        if tag not in VOID:
            self._open = (*self._open, found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].name == tag:
                self._open = self._open[:at]
                return

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.page.words.append(Words(text, self._open))
            for tag in self._open:
                tag.said.append(text)

    def _add(self, name: str, attrs: list[tuple[str, str | None]]) -> Tag:
        attributes = {key: value or "" for key, value in attrs}
        inherited = self._open[-1].language if self._open else ""
        tag = Tag(name, attributes, self._open, attributes.get("lang") or inherited)
        self.page.tags.append(tag)
        return tag


def read(source: str) -> Page:
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.page
