"""What a browser announced comes whole or not at all."""

from io import BytesIO
from typing import Any

import pytest

from hospital_crm.lib.whole_bodies import BodyCutOff, WholeBody, with_whole_bodies


class Drop(BytesIO):
    """Gives a byte at a time, as a slow line may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 1))


def body_of(announced: str, sent: bytes) -> Any:
    """What the application reads."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    with_whole_bodies(application)({"CONTENT_LENGTH": announced, "wsgi.input": Drop(sent)}, None)
    return seen["wsgi.input"]


def test_a_whole_one_is_read_in_one_go_or_in_parts() -> None:
    assert body_of("6", b"ab\ncd\n").read() == b"ab\ncd\n"
    slowly = body_of("6", b"ab\ncd\n")
    assert [slowly.read(2), slowly.readline(), slowly.readline(2), slowly.read(9), slowly.read()] == [
        *(b"ab", b"\n", b"cd"),
        *(b"\n", b""),
    ]


def test_no_more_is_read_than_was_announced() -> None:
    assert body_of("2", b"abc").read() == b"ab"


@pytest.mark.parametrize("size", [-1, None, 3, 4])
def test_one_that_breaks_off_is_an_error(size: int | None) -> None:
    with pytest.raises(BodyCutOff):
        body_of("3", b"ab").read(size)
    with pytest.raises(BodyCutOff):
        body_of("3", b"ab").readline()


@pytest.mark.parametrize("announced", ["", "x", "-1", "٣"])
def test_where_nothing_readable_is_announced_the_body_stays_as_it_is(announced: str) -> None:
    assert not isinstance(body_of(announced, b"ab"), WholeBody)
