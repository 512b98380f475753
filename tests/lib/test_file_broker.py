"""The broker of files: every message whole, each for one reader; a folder that is away is said, not died of."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from hospital_crm.celery import app  # noqa: F401  registers the transport


def connect(folder: Path) -> Connection:
    """A queue is named after its folder: kombu remembers the names of a process, not their folders."""
    for part in ("queue", "control"):
        (folder / part).mkdir(exist_ok=True)
    queue = str(folder / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
    return Connection("files://localhost//", transport_options=options)


def take_all(folder: Path) -> list[Any]:
    with connect(folder) as link:
        queue = link.SimpleQueue(folder.name)
        taken: list[Any] = []
        while True:
            try:
                message = queue.get(block=False)
            except queue.Empty:
                return taken
            message.ack()
            taken.append(message.payload)


def test_messages_come_once_and_in_order(tmp_path: Path) -> None:
    with connect(tmp_path) as link:
        for number in range(5):
            link.SimpleQueue(tmp_path.name).put({"number": number})
    assert [message["number"] for message in take_all(tmp_path)] == [0, 1, 2, 3, 4]
    assert take_all(tmp_path) == []
    assert list((tmp_path / "queue").iterdir()) == []


def test_several_readers_share_them_without_a_double(tmp_path: Path) -> None:
    with connect(tmp_path) as link:
        for number in range(40):
            link.SimpleQueue(tmp_path.name).put(number)
    with ThreadPoolExecutor(4) as readers:
        taken = [number for part in readers.map(lambda _: take_all(tmp_path), range(4)) for number in part]
    assert sorted(taken) == list(range(40))


def test_half_a_message_stops_nobody(tmp_path: Path) -> None:
    queue = tmp_path.name
    with connect(tmp_path) as link:
        link.SimpleQueue(queue).put("whole")
    for name, text in {
        f"0_half.{queue}.msg": "",
        f"1_torn.{queue}.msg": '{"body": ',
        f"2_x.{queue}.msg.part": "{}",
    }.items():
        (tmp_path / "queue" / name).write_text(text, encoding="utf-8")
    assert take_all(tmp_path) == ["whole"]


def test_a_missing_folder_is_an_error_of_the_connection(tmp_path: Path) -> None:
    link = connect(tmp_path)
    (tmp_path / "queue").rename(tmp_path / "away")
    with pytest.raises(OSError, match="missing or not writable"):
        link.transport.establish_connection()  # `connect` would try once more, after two seconds
