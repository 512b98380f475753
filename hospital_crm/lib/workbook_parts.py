"""The XML parts of a workbook, read piece by piece: no element and no trick of a stranger fills the memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from .unreadable import Fault, UnreadableSheet

CHUNK = 1 << 16
MOST_WITHOUT_ELEMENT = 1 << 20  # bytes; the longest cell of Excel has 32,767 characters
MOST_AT_ONCE = 2 << 20  # bytes; the directory of an archive is read as one piece: 2 MB name 30,000 parts
MOST_DEPTH = 32  # elements within each other; the parser keeps every one that is open
MOST_DESCRIBED = 8 << 20  # bytes of a part that says how the others are to be read
MOST_WANTED = 200_000  # elements of it; Excel has 65,490 styles at most
LONGEST_CELL = 5_000  # characters
Attributes = dict[str, str]


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Raises UnreadableSheet where the archive names more parts than any workbook has."""
    with _Pieces(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
        yield archive


class _Pieces(io.BufferedReader):
    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_AT_ONCE:
            raise UnreadableSheet(Fault.TOO_LARGE)
        return super().read(size if size is not None and size >= 0 else MOST_AT_ONCE)


class Part:
    """A part of the archive, read piece by piece: whoever reads it hears of its elements."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._source = archive.open(name)
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        self._begun = self._silent = self._depth = 0

    def feed(self) -> bool:
        """A piece more was read; False at the end."""
        begun, chunk = self._begun, self._source.read(CHUNK)
        self._parser.Parse(chunk, not chunk)
        self._silent = self._silent + len(chunk) if begun == self._begun else 0
        if self._silent > MOST_WITHOUT_ELEMENT:
            raise UnreadableSheet(Fault.BROKEN)
        return bool(chunk)

    def read_all(self) -> None:
        while self.feed():
            pass

    def _begin(self, tag: str, attributes: Attributes) -> None:
        self._begun += 1
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise UnreadableSheet(Fault.BROKEN)
        self.begin(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self.end(tag.rpartition(":")[2])

    def _hear(self, hears: Callable[[str], Any] | None) -> None:
        self._parser.CharacterDataHandler = hears

    def begin(self, tag: str, attributes: Attributes) -> None: ...

    def end(self, tag: str) -> None: ...


def _refuse_doctype(*_declared: object) -> None:
    """No workbook has one, and with it could come entities without end."""
    raise UnreadableSheet(Fault.BROKEN)


class Described(Part):
    """The elements of a small part that somebody asks for, with those of their attributes."""

    def __init__(self, archive: zipfile.ZipFile, name: str, wanted: Mapping[str, Collection[str]]) -> None:
        if archive.getinfo(name).file_size > MOST_DESCRIBED:
            raise UnreadableSheet(Fault.TOO_LARGE)
        self.elements: list[tuple[str, Attributes]] = []
        self._wanted = wanted
        super().__init__(archive, name)
        self.read_all()

    def begin(self, tag: str, attributes: Attributes) -> None:
        if (names := self._wanted.get(tag)) is not None:
            told = ((name.rpartition(":")[2], value) for name, value in attributes.items())
            self._keep(tag, {name: value for name, value in told if name in names})

    def end(self, tag: str) -> None:
        if (ended := f"/{tag}") in self._wanted:
            self._keep(ended, {})

    def _keep(self, tag: str, attributes: Attributes) -> None:
        self.elements.append((tag, attributes))
        if len(self.elements) > MOST_WANTED:
            raise UnreadableSheet(Fault.TOO_LARGE)


class Heard(Part):
    """Texts: those in `t` and `v`, but for how a word is spoken."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        super().__init__(archive, name)
        self._heard: list[str] = []
        self._is_spoken = False
        self._left = 0

    def begin(self, tag: str, attributes: Attributes) -> None:
        if tag == "rPh":
            self._is_spoken = True
        elif tag in ("t", "v") and not self._is_spoken:
            self._hear(self._keep)

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._is_spoken = False
        elif tag in ("t", "v"):
            self._hear(None)

    def _keep(self, text: str) -> None:
        if self._left > 0:
            self._heard.append(text[: self._left])
            self._left -= len(text)

    def _open(self) -> None:
        self._heard, self._left = [], LONGEST_CELL
