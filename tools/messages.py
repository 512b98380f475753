"""`python -m tools.messages`: collects the texts to translate and brings the catalogues up to date, without gettext.

A text that changed is a new, empty entry; the old one is dropped. A house test compares `collect` with the catalogue.
"""

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from tools.steps import ROOT, say

Text = tuple[str, str, str]  # context, text, plural; "" for none

# Which argument is what: 1 is the text, (1, 2) text and plural, (1, "c") a context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Migrations repeat the models' texts as they once were.
NOT_OURS = {"build", "docs", "migrations", "node_modules", "static", "staticfiles", "tests", "tools", "var"}
CATALOGUES = "locale/*/LC_MESSAGES/django.po"


def collect(root: Path) -> set[Text]:
    """Every text marked for translation in the Python files and templates below root."""
    return {text for path in _sources(root) for text in _texts(path)}


def _sources(root: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if name not in NOT_OURS and not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if name.endswith((".py", ".html", ".txt")))


def _texts(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py" and "gettext" not in source:
        return  # nothing there can mark a text; reading it as Python takes longest
    if path.suffix != ".py":
        # Django's own reading of template tags gives calls among blotted-out text; its indents would not be Python.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    for _, texts, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        text, plural = (texts, "") if isinstance(texts, str) else (texts[0], texts[-1])
        if text:
            yield context or "", text, plural


def update(path: Path, texts: Iterable[Text]) -> None:
    """The catalogue holds just these texts, sorted; what was translated stays so."""
    old = {key(entry): entry for entry in polib.pofile(str(path)) if not entry.obsolete} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": path.parts[-3],
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for text in sorted(texts, key=lambda each: (each[1].lower(), each)):
        catalogue.append(_entry(text, old.get(text)))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path), newline="\n")


def key(entry: polib.POEntry) -> Text:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    context, msgid, plural = text
    entry = polib.POEntry(msgid=msgid, msgctxt=context or None)
    if plural:
        entry.msgid_plural = plural
        entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: ""}
    elif old:
        entry.msgstr = old.msgstr
    return entry


def main() -> None:
    texts = collect(ROOT)
    for path in sorted(ROOT.glob(CATALOGUES)) or [ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"]:
        update(path, texts)
        missing = len(polib.pofile(str(path)).untranslated_entries())
        say(f"{path.relative_to(ROOT)}: {len(texts)} texts, {missing} without a translation")


if __name__ == "__main__":
    main()
