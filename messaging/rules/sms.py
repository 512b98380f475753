"""How long a text message is, as those count who bill it.

A part holds 140 octets, in UCS-2 two for each UTF-16 code unit: 70; in a longer one each part spends six octets on
how they belong together: 67. An emoji is two units. All characters count alike, Latin too, and the signature with
its brackets (Aliyun's page "SMS sending rules", for numbers of mainland China).
"""

from dataclasses import dataclass

SINGLE, PART = 70, 67


@dataclass(frozen=True)
class SmsLength:
    units: int
    parts: int

    @property
    def room(self) -> int:
        """How many more fit without another part."""
        return (SINGLE if self.parts <= 1 else self.parts * PART) - self.units


def signed(text: str, signature: str) -> str:
    """As it arrives: 【signature】 first."""
    return f"【{signature}】{text}" if signature else text


def sms_length(text: str) -> SmsLength:
    """Of all that arrives, signature and all; nothing is no message."""
    units = len(text.encode("utf-16-le")) // 2
    if units <= SINGLE:
        return SmsLength(units, min(units, 1))
    return SmsLength(units, -(-units // PART))
