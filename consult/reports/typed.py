"""The form as it was typed: of each field its values, as a browser sends them."""

from collections.abc import Mapping

Content = Mapping[str, list[str]]


def last(typed: Content, name: str) -> str:
    """The field's value, as a browser counts: of several the last."""
    return (typed.get(name) or [""])[-1]
