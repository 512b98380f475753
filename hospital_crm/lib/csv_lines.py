"""The lines of a CSV file: in which encoding, parted by what."""

import codecs
import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from .unreadable import Fault, UnreadableSheet

ENCODINGS = ("utf-8-sig", "gb18030")  # with and without a mark; what Chinese spreadsheets wrote before
DELIMITERS = ",;\t"
CHUNK = 1 << 20
HEADING_BYTES = 1 << 16
LONGEST_LINE = 4 << 20  # characters


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def encoding_of(path: Path) -> tuple[str, bool]:
    """The first one in which every byte has a meaning, and whether the last line has no end."""
    for encoding in ENCODINGS:
        try:
            end = _decode(path, encoding)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and encoding == ENCODINGS[0]:
                raise UnreadableSheet(Fault.CUT_OFF) from error
        except (OSError, EOFError) as error:
            raise UnreadableSheet(Fault.BROKEN) from error
        else:
            return encoding, end != "\n"
    raise UnreadableSheet(Fault.TEXT)


def _decode(path: Path, encoding: str) -> str:
    """The last character."""
    decoder, end = codecs.getincrementaldecoder(encoding)(), ""
    with _open(path) as raw:
        while chunk := raw.read(CHUNK):
            text = decoder.decode(chunk)
            if "\0" in text:
                raise UnreadableSheet(Fault.TEXT)
            end = text[-1:] or end
    decoder.decode(b"", final=True)
    return end


def delimiter_of(path: Path, encoding: str) -> str:
    """Whichever stands in the heading most often."""
    with _open(path) as raw:
        start = codecs.getincrementaldecoder(encoding)().decode(raw.read(HEADING_BYTES))
    heading = start.partition("\n")[0]
    return max(DELIMITERS, key=heading.count)


def csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with _open(path) as raw:
        text = codecs.getreader(encoding)(raw)
        try:
            yield from csv.reader(_lines(text), delimiter=delimiter, strict=True)
        except csv.Error as error:
            cut = "unexpected end of data" in str(error)
            raise UnreadableSheet(Fault.CUT_OFF if cut else Fault.BROKEN) from error


def _lines(text: Any) -> Iterator[str]:
    """As they stand in the file: `readline` of a codec would also break at other characters than the end of a line."""
    rest = ""
    while chunk := text.read(CHUNK):
        *whole, rest = (rest + chunk).split("\n")
        if len(rest) > LONGEST_LINE:
            raise UnreadableSheet(Fault.BROKEN)
        yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest
