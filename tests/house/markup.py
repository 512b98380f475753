"""Reads a page the way a browser and a screen reader do: its tags, its words, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(frozen=True, eq=False)  # two tags that look alike are still two
class Tag:
    name: str
    attributes: dict[str, str]
    around: tuple[Tag, ...]  # from the root down

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    def is_inside(self, name: str) -> bool:
        return any(tag.name == name for tag in self.around)


@dataclass(frozen=True)
class Words:
    text: str
    around: tuple[Tag, ...]

    @property
    def language(self) -> str:
        """That of the nearest tag which names one."""
        return next((tag["lang"] for tag in reversed(self.around) if tag["lang"]), "")

    def is_inside(self, *names: str) -> bool:
        return any(tag.name in names for tag in self.around)


@dataclass
class Page:
    tags: list[Tag] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def all(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]

    def text_of(self, tag: Tag) -> str:
        return " ".join(words.text for words in self.words if tag in words.around)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = self._add(tag, attrs)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        names = [each.name for each in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.page.words.append(Words(text, tuple(self._open)))

    def _add(self, name: str, attrs: list[tuple[str, str | None]]) -> Tag:
        tag = Tag(name, {key: value or "" for key, value in attrs}, tuple(self._open))
        self.page.tags.append(tag)
        return tag


def read(source: str) -> Page:
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.page
