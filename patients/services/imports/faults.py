"""Why a row, or a whole file, is left out."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.unreadable import Fault, UnreadableSheet

WORDS: Mapping[str, str | Promise] = {
    "missing": _("Something is needed here."),
    "too_long": _("This is too long."),
    "not_a_choice": _("This is none of the words that are known here."),
    "no_birth": _("Type a year such as 1953, or a date such as 1953-08-21, not in the future."),
    "no_number": _("This is no telephone number: it has 3 to 20 digits."),
    "no_email": _("This is no e-mail address, such as zhang@example.com."),
    "card_shape": _("This is no number of such a document."),
    "card_birth": _("The date of birth in this number is none."),
    "card_check": _("The last character does not fit the others: one of them is wrong."),
    "no_document": _("This is no number of such a document."),  # of imports from before the rule was told
    "no_moment": _("This is no day and time, such as 2026-03-12 10:24."),
    "no_amount": _("This is no amount, such as 1234.50."),
    "no_district": _("There is no such district. Type its name, such as Hangzhou Shangcheng, or its six digits."),
    "no_row": _("The hospital's lists hold nothing of this name."),
    "no_patient": _("No patient has this number."),
    "still_to_come": _("This day is still to come."),
    "ends_before": _("The visit ends before it begins."),
    "negative": _("An amount is zero or more."),
    "more_than_all": _("Insurance cannot pay more than the whole amount."),
    "cells": _("The row has fewer cells than the heading: it may have been cut off."),
    "twice": _("The same number, or the same person, stands in a row above."),
    "alike": _("Somebody like this is on file, and no number tells them apart."),
    "of_another": _("Another patient has this number already."),
    "before_birth": _("This day lies before the birth."),
    "against_card": _("The identity card says another day of birth: one of the two is wrong."),
    "of_several": _("Several people on file have this identity card. Merge them first, or tell a number of theirs."),
    "changed_meanwhile": _("Somebody was changing this at the same moment. Import the row once more."),
    "refused": _("This row does not go together with what is on file: one of its numbers may be another person's."),
    "erased": _("The data of this person were erased, as the person asked. Take the row out of the other system too."),
    "cancelled": _("This visit was cancelled here and is not changed any more."),
}


class BadCell(ValueError):
    """A cell cannot be read; `code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Complaint(NamedTuple):
    """What is wrong with a row; `field` is "" where the whole row is meant."""

    row: int
    field: str
    code: str


class ImportFileBroken(DomainError):
    """The file ends in the middle, or its parts do not fit together."""

    message = _("The file is not whole: it may have been cut off on the way. Save it once more and bring it again.")
    field = "file"


class ImportTextUnreadable(DomainError):
    """Neither UTF-8 nor GB18030."""

    message = _("The characters of this file cannot be read. Save it as CSV in UTF-8, or as an Excel workbook.")
    field = "file"


class ImportSheetTooLarge(DomainError):
    """Unpacked it would fill the memory."""

    message = _("Unpacked, this workbook is too large. Split it, or save it as CSV.")
    field = "file"


class ImportSheetEmpty(DomainError):
    """There is no heading."""

    message = _("The first row of the file has to name its columns.")
    field = "file"


class ImportColumnsUnclear(DomainError):
    """Two columns have one name, or there are too many."""

    message = _("Each column needs a name of its own, and there may be 200 at most.")
    field = "file"


ERRORS: dict[Fault, type[DomainError]] = {
    Fault.TEXT: ImportTextUnreadable,
    Fault.CUT_OFF: ImportFileBroken,
    Fault.BROKEN: ImportFileBroken,
    Fault.TOO_LARGE: ImportSheetTooLarge,
    Fault.EMPTY: ImportSheetEmpty,
    Fault.COLUMNS: ImportColumnsUnclear,
}


def error_of(unreadable: UnreadableSheet) -> DomainError:
    return ERRORS[unreadable.fault]()
