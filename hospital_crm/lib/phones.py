"""Telephone numbers as people type them: read, masked and shown in the local habit.

Validity warns and never refuses: real life knows numbers that no numbering plan has.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

REGION = "CN"
FEWEST_DIGITS, MOST_DIGITS = 3, 20
TRAILING_DIGITS = 4  # people read out the last four
HIDDEN_DIGITS = 4  # fewer can be guessed
WHOLE_DIGITS = 8  # from here on it is a number, perhaps without its area code
COUNTRY_CODE = 86
EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|#|x)\s*([0-9]{1,8})\s*$", re.IGNORECASE)
NOT_A_DIGIT = re.compile(r"\D")


class NotAPhoneNumber(ValueError):
    """Too few or too many digits to be dialled."""


@dataclass(frozen=True)
class PhoneNumber:
    """`digits` is what one dials inside the country and what is searched; `e164` is "" where no plan fits."""

    digits: str
    e164: str
    extension: str
    is_valid: bool


def read_phone(text: str) -> PhoneNumber:
    """The number in the text, e.g. "(0755) 8888-8888 转 123", "+86 138…", full-width digits.

    Raises NotAPhoneNumber.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    extension = EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()]
    typed = NOT_A_DIGIT.sub("", plain)
    if not FEWEST_DIGITS <= len(typed) <= MOST_DIGITS or not typed.isascii():
        raise NotAPhoneNumber(text)
    digits, e164, is_valid = _parsed(plain, typed)
    return PhoneNumber(digits, e164, extension[1] if extension else "", is_valid)


def kept_phone(digits: str, extension: str) -> PhoneNumber:
    """A number that was read before: its digits stay, whatever they are taken for without their country code."""
    number = read_phone(digits)
    is_same = number.digits == digits
    return PhoneNumber(digits, number.e164 if is_same else "", extension, is_same and number.is_valid)


def _parsed(plain: str, typed: str) -> tuple[str, str, bool]:
    """Of the digits alone: the library would read letters as the keys of a telephone."""
    try:
        number = phonenumbers.parse(("+" if plain.startswith("+") else "") + typed, REGION)
    except phonenumbers.NumberParseException:
        return typed, "", False
    if not phonenumbers.is_possible_number(number):
        return typed, "", False
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.country_code != COUNTRY_CODE:
        return e164.removeprefix("+"), e164, phonenumbers.is_valid_number(number)
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return NOT_A_DIGIT.sub("", national), e164, phonenumbers.is_valid_number(number)


def is_mobile(digits: str) -> bool:
    """Of a number as dialled inside the country (numbering plan of the People's Republic of China)."""
    return len(digits) == 11 and digits.startswith("1")


def searchable(text: str) -> str:
    """The digits of what somebody types to find a number; "" if it is no number.

    A country code of one's own is dropped, so that "+86 138" finds what "138" finds.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"\+?[\d\s()\-./]+", plain):
        return ""
    digits = NOT_A_DIGIT.sub("", plain)
    return digits.removeprefix(str(COUNTRY_CODE)) if plain.startswith("+") else digits


def may_be_ending(typed: str) -> bool:
    """Whether typed digits find the numbers that end so, and not only the very number.

    A masked number shows its last four. One digit more, or a beginning, would let it be guessed digit by digit. A
    landline may be typed without its area code; a mobile number is whole.
    """
    return len(typed) == TRAILING_DIGITS or (len(typed) >= WHOLE_DIGITS and not is_mobile(typed))


def leads_to(typed: str, digits: str) -> bool:
    """Whether typed digits find the number."""
    return digits.endswith(typed) if may_be_ending(typed) else digits == typed


def numbers_like(typed: str) -> dict[str, str]:
    """The same as conditions on a column `digits`."""
    return {column_like(typed): typed}


def column_like(typed: str) -> str:
    """The condition's name alone."""
    return "digits__endswith" if may_be_ending(typed) else "digits"


def without_extension(text: str) -> str:
    """The number alone: "0571 5550 0100 转 7" leads to whoever "0571 5550 0100" leads to."""
    return EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip()).strip()


def mask(digits: str) -> str:
    """138****1234; 0571****6620. The four digits hidden at least are hidden of a short one too: ****0100, ****20."""
    if len(digits) < WHOLE_DIGITS:
        return "****" + digits[-2:]
    head = min(4 if digits.startswith("0") else 3, len(digits) - HIDDEN_DIGITS - TRAILING_DIGITS)
    return f"{digits[:head]}****{digits[-TRAILING_DIGITS:]}"


def shown(digits: str, extension: str = "") -> str:
    """In groups, as people read it out: 138 0000 1234, 0571 5550 0100 ext. 7."""
    groups = digits
    if is_mobile(digits):
        groups = f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    elif len(digits) in (11, 12) and digits.startswith("0"):
        groups = f"{digits[:-8]} {digits[-8:-4]} {digits[-4:]}"
    return f"{groups} {_('ext.')} {extension}" if extension else groups


def dialled(number: str, extension: str = "") -> str:
    """For a tel: link; the comma is a pause before the extension."""
    return f"{number},{extension}" if extension else number
