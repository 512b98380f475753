"""What was said to a program, and whether it may have been."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

IN_CLEAR = re.compile(
    r"/(phones|organisation-contacts)/\d+/reveal/$|/promises/\d+/numbers/$"
)  # for these acts a reason is on record


TOLD_OF = "messaging.message"  # a line of a story that has the id of a message


@dataclass(frozen=True)
class Said:
    """One answer."""

    method: str
    path: str
    status: int
    text: str

    @property
    def operation(self) -> str:
        return f"{self.method} {re.sub('/[0-9]+/', '/{id}/', self.path)}"

    @property
    def kind(self) -> str:
        """Of the rows that stand in it, as `hidden_rows` calls them; "" where it has no rows of its own."""
        room, *rest = self.path.removeprefix("/api/v1/").strip("/").split("/")
        last = rest[-1] if rest else ""
        if last in ("timeline", "events", "looks"):
            return last
        if (room, last) in (("selections", "tags"), ("promises", "many")):
            return "bulk-acts"
        if last in ("phones", "export", "numbers") or "export" in rest:
            return ""
        return "promise" if room == "promises" and rest and self.method == "GET" and last != "desk" else room

    def rows(self) -> set[int]:
        try:
            found: Any = json.loads(self.text)
        except ValueError:
            return set()
        many = found.get("results", [found]) if isinstance(found, dict) else []
        of_kind = [row for row in many if isinstance(row, dict) and row.get("kind") != TOLD_OF]
        return {row["id"] for row in of_kind if isinstance(row.get("id"), int)}


def read(report: Path) -> list[Said]:
    entries = json.loads(report.read_text(encoding="utf-8"))["log"]["entries"]
    return [
        Said(
            entry["request"]["method"],
            urlsplit(entry["request"]["url"]).path,
            entry["response"]["status"],
            entry["response"]["content"].get("text", ""),
        )
        for entry in entries
    ]


def check_rows(answers: list[Said], hidden: dict[str, set[Any]]) -> None:
    told = [said for said in answers if said.rows() & hidden.get(said.kind, set())]
    assert not told, f"rows that nobody may see there: {told}"


def check_words(answers: list[Said], hidden: set[Any], numbers: set[Any]) -> None:
    text = "\n".join(said.text for said in answers)
    told = {word for word in hidden if word in text}
    assert not told, f"people whom nobody may see there: {told}"
    masked = "\n".join(said.text for said in answers if not IN_CLEAR.search(said.path))
    told = {number for number in numbers if number in masked}
    assert not told, f"numbers in clear: {told}"
