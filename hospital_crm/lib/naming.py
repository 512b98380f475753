"""Whether a text names somebody, in whichever spelling people look for names and numbers."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import accumulate

from hospital_crm.lib.pinyin import Reading, name_readings

HAN = r"\u3400-\u9fff\U00020000-\U0003ffff"
PARTS = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")  # what stands between spaces, dashes and other signs
SIGNS = re.compile(r"[^\w\s.·・•‧\u2010-\u2015-]+")
MOST_PARTS = 8  # of one name or number: "1101 0519 4912 3100 2X"
SHORT = 2  # a name of so many characters stands together
IN_NO_NAME = frozenset("急的吗呢吧啊没叫请找给把被跟但您你他她妈爸")  # characters with which no given name ends
ENDING = 7  # digits by which a number is looked for from its end


class Called:
    """By what people are called and numbered: names, phones, numbers of records and documents.

    Made anew each time and kept nowhere, for it is made of whom the hospital is to forget.
    """

    def __init__(self, words: Collection[str]) -> None:
        words = [word for word in words if len(_joined(word)) > 1]  # 李* is nobody's name
        joined = [_joined(word) for word in words]
        readings = [reading for word in words for reading in _readings(word)]
        self._spellings = {*joined, *(reading.full for reading in readings)}
        self._initials = {reading.initials for reading in readings if len(reading.initials) > 1}
        self._numbers = [each for each in joined if each.isdigit()]
        self._names = [each for each in joined if not each.isascii()]

    def is_named_in(self, text: str) -> bool:
        """Whether a name or number stands in what people wrote: a number only as a whole, for 12 is no part of 13812;
        a Chinese name among other characters too, but 张桂兰 by itself is nobody called 张桂.
        """
        parts = _parts(text)
        found = ((name, run) for name in self._names for run in (parts if len(name) <= SHORT else _runs(text)))
        return self._is_spelled(parts) or any(_stands(name, run) for name, run in found)

    def is_sought_by(self, asked: str) -> bool:
        """The same of what somebody types who looks for them, and by the initials too."""
        return self.is_named_in(asked) or _joined(asked) in self._initials

    def _is_spelled(self, parts: list[str]) -> bool:
        spelled = set(_spelled(parts))
        return not self._spellings.isdisjoint(spelled) or any(map(self._is_ending, spelled))

    def _is_ending(self, asked: str) -> bool:
        return asked.isdigit() and len(asked) >= ENDING and any(number.endswith(asked) for number in self._numbers)


def _readings(word: str) -> tuple[Reading, ...]:
    return name_readings(word) if re.search(f"[{HAN}]", word) else ()


def _stands(name: str, run: str) -> bool:
    """A short one with one character more, alone, is another name; not with one that ends none: 王芳急, 王芳的."""
    is_longer = len(name) <= SHORT and run.startswith(name) and len(run) == len(name) + 1 and run[-1] not in IN_NO_NAME
    return name in run and not is_longer


def _runs(text: str) -> list[str]:
    """What stands between signs, without the blanks, dots and dashes that stand within names."""
    return [_joined(run) for run in SIGNS.split(unicodedata.normalize("NFKC", text))]


def _spelled(parts: list[str]) -> Iterator[str]:
    """What the parts say, each and together: "138 0000 1234", "zhang gui-lan"."""
    for at in range(len(parts)):
        yield from accumulate(parts[at : at + MOST_PARTS])


def _joined(text: str) -> str:
    return "".join(_parts(text))


def _parts(text: str) -> list[str]:
    """Half-width, small, without accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return PARTS.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
