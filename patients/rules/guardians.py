"""What names a guardian who is not on file: a name, and a phone on which they are reached."""

from typing import TypeVar

Phone = TypeVar("Phone")
NAME, PHONE = "name", "phone"


def lacks_of_guardian(name: object, phone: object, reached_on: object) -> str:
    """Which of the two is missing where the other one was told; "" where nothing is."""
    if name and not reached_on:
        return PHONE
    return NAME if phone and not name else ""


def guardian_reached_on(phone: Phone | None, childs: Phone | None, *, is_parents: bool) -> Phone | None:
    """A parent's phone that was told for the child will do."""
    return phone or (childs if is_parents else None)
