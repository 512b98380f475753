"""Sealed secrets open for their purpose, in their time, with the same key; and say nothing to a reader."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from hospital_crm.lib.sealing import CannotBeOpened, seal, unseal


def test_opens_for_its_purpose_only() -> None:
    sealed = seal("blue otter 眼", purpose="one")
    assert "otter" not in sealed
    assert unseal(sealed, purpose="one") == "blue otter 眼"
    with pytest.raises(CannotBeOpened):
        unseal(sealed, purpose="another")


def test_opens_in_its_time_only(time_machine: time_machine.TimeMachineFixture) -> None:
    time_machine.move_to("2026-03-12T10:24:00+08:00", tick=False)
    sealed = seal("x", purpose="one")
    time_machine.shift(timedelta(seconds=60))
    assert unseal(sealed, purpose="one", seconds=60) == "x"
    time_machine.shift(timedelta(seconds=1))
    with pytest.raises(CannotBeOpened):
        unseal(sealed, purpose="one", seconds=60)


@pytest.mark.parametrize("text", ["", "x", "gAAAA\x00", "眼"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(CannotBeOpened):
        unseal(text, purpose="one")


def test_another_secret_key_does_not_open(settings: Any) -> None:
    sealed = seal("x", purpose="one")
    settings.SECRET_KEY = "another-secret-" * 5
    with pytest.raises(CannotBeOpened):
        unseal(sealed, purpose="one")
