"""The floor's templates: our own pages as they came, with rows of flat values. The same HTML, nothing behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Rows:
    """Where a page's rows stand: after `begin`, each starting with `row`, before `end`; and what a floor row shows."""

    begin: str
    row: str
    end: str
    values: tuple[str, ...]


FOUND = ("name", "phone", "sex", "last_contact|date:'c'")
PAGES = {
    "patient.html": Rows('<div id="story">', "<li", "</ol>", ("at|date:'c'", "kind", "summary")),
    "search.html": Rows(
        '<ul class="c-plain c-pad" data-rows>', "<li", "</ul>", ("name", "phone", "last_contact|date:'c'", "sex")
    ),
    "list.html": Rows("<tbody>", "<tr", "</tbody>", ("name", "phone", "sex", "birth|date:'c'", "created|date:'c'")),
}


def write_page(folder: Path, name: str, html: str) -> None:
    """Raises ValueError where our page no longer looks as this knows it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = PAGES[name]
    head, rest = _cut(html, rows.begin)
    inner, tail = _cut(rest, rows.end, keep=False)
    before, first = _cut(inner, rows.row, keep=False)
    row = rows.row + first.partition(rows.row)[0]
    values = "".join(f"{{{{ row.{value} }}}}" for value in rows.values)
    template = f"{_plain(head + before)}{{% for row in rows %}}{_plain(row)}<!--{values}-->{{% endfor %}}{_plain(tail)}"
    (folder / name).write_text(template, encoding="utf-8")


def _cut(html: str, mark: str, *, keep: bool = True) -> tuple[str, str]:
    before, found, after = html.partition(mark)
    if not found:
        raise ValueError(f"no {mark} in the page")
    return (before + mark, after) if keep else (before, mark + after if mark.startswith("</") else after)


def _plain(html: str) -> str:
    return f"{{% verbatim %}}{html}{{% endverbatim %}}"
