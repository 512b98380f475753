"""The broker without a server: kombu's file transport, with messages that are whole or not there.

kombu writes a message under its final name, so that a busy reader finds empty files and a worker dies of them, and
passes it through the machine's common temporary folder. Here a message gets its name when it is complete, and one
rename decides which reader has it.
"""

import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:  # type: ignore[override]  # two names above
        path = Path(self.data_folder_out) / f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        part = path.with_name(f"{path.name}.part")
        try:
            part.write_text(dumps(message), encoding="utf-8")
            part.rename(path)
        except OSError as error:
            raise ChannelError(f"The broker's folder cannot be written: {error.strerror}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in _waiting(Path(self.data_folder_in), queue):
            mine = path.with_name(f"{path.name}.taken")
            try:
                path.rename(mine)
                text = mine.read_text(encoding="utf-8")
                mine.unlink()
                return loads(text)
            except (OSError, ValueError):  # another reader was quicker, or a file of somebody else's making
                continue
        raise Empty


def _waiting(folder: Path, queue: str) -> list[Path]:
    """The oldest first; none while the folder is away, which /readyz tells."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [folder / name for name in names if name.partition(".")[2] == f"{queue}.msg"]


class Transport(filesystem.Transport):
    Channel = Channel
    connection_errors = (*filesystem.Transport.connection_errors, OSError)

    def establish_connection(self) -> Any:
        options: dict[str, Any] = getattr(self.client, "transport_options", None) or {}
        folder = options["data_folder_out"]
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ConnectionError(f"The broker's folder {folder} is missing or not writable.")
        return super().establish_connection()
