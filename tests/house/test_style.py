"""The house keeps its own style: what a newcomer may rely on without reading everything."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("test_*.py"))
SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
WRITERS = ("save", "delete", "asave", "adelete")
FOREIGN_ASSETS = re.compile(r"\.min\.|\.(?:woff2?|ttf|otf|eot|map|wasm)$|(?:^|/)(?:vendor|node_modules)/")
LICENCES = re.compile(r"/\*!|@license|Copyright \(c\)|Licensed under", re.IGNORECASE)
INDENTED_IMPORT = re.compile(r"^[ \t]+(?:import|from)\b", re.MULTILINE)  # reading a whole file takes long
MISSION_ID = re.compile(r"\b([A-Z]\d{1,2})\b")
ID_ROW = re.compile(r"^\| ([A-Z]\d{1,2}) \|", re.MULTILINE)
FIRST_WORDS = re.compile(r'"""(.*?)"""', re.DOTALL)
TEST_NAME = re.compile(r"^\s*def (test_\w+)", re.MULTILINE)
ID_IN_NAME = re.compile(r"_([a-z]\d{1,2})(?=_|$)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def committed() -> Iterator[Path]:
    """What belongs to the project: everything but what .gitignore names."""
    ignored = {line.strip().strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()} | {".git"}
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(set(below) - ignored)
        yield from (Path(folder) / name for name in names if f"*{Path(name).suffix}" not in ignored)


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ".", node


def test_nothing_happens_by_signal() -> None:
    sources = {name_of(path): path.read_text(encoding="utf-8") for path in SOURCES}
    suspects = {name: source for name, source in sources.items() if any(signal in source for signal in SIGNALS)}
    users = {file for file, source in suspects.items() for name, _ in imports(ast.parse(source)) if name in SIGNALS}
    assert users == set()


def test_models_do_not_write_by_themselves() -> None:
    """Services write; a model that overrides save or delete would be a second writer."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    assert ours
    assert {(model.__name__, method) for model in ours for method in WRITERS if _overrides(model, method)} == set()


def _overrides(model: type[Model], method: str) -> bool:
    return any(method in vars(parent) and parent.__module__.split(".")[0] in APPS for parent in model.__mro__)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    """A comment beside it may excuse the late import of another's package, never of ours."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    late = {
        (name, lines[statement.lineno - 1].strip())
        for function in (ast.walk(ast.parse(source)) if INDENTED_IMPORT.search(source) else ())
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for name, statement in imports(function)
        if name.split(".")[0] in (*APPS, "", ".") or "#" not in lines[statement.lineno - 1]
    }
    assert late == set()


def test_migrations_have_names() -> None:
    names = [path.stem for app in APPS for path in (ROOT / app).glob("migrations/0*.py")]
    assert names
    assert [name for name in names if re.search(r"_auto_|_merge|_alter_|_add_field", name)] == []


@pytest.mark.django_db
def test_no_migration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


def test_migrations_can_be_undone() -> None:
    """Every step that runs Python or SQL has a way back."""
    steps = [
        (key, step)
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if key[0] in APPS
        for step in migration.operations
    ]
    assert [key for key, step in steps if isinstance(step, RunPython | RunSQL) and not step.reversible] == []


def test_tests_are_a_package() -> None:
    """Else tests/accounts would stand before the app of that name."""
    folders = {path.parent for path in TEST_FILES} | {ROOT / "tests"}
    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_no_code_or_font_of_others_is_committed() -> None:
    files = sorted(committed())
    assert [name_of(path) for path in files if FOREIGN_ASSETS.search(name_of(path))] == []
    texts = [path for path in files if path.suffix in (".js", ".css", ".svg", ".html")]
    assert ROOT / "static" / "crm.css" in texts
    assert [name_of(path) for path in texts if LICENCES.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES + TEST_FILES}
    assert {name: lines for name, lines in long.items() if lines > 400 and "/migrations/" not in name} == {}


def titles() -> Iterator[tuple[str, str]]:
    """Every test with the mission ids in its title: in its name (`_a7_`) or in what its file says first."""
    for path in TEST_FILES:
        source = path.read_text(encoding="utf-8")
        said = FIRST_WORDS.match(source)
        assert said, f"{path} says nothing first"
        yield from ((name_of(path), found) for found in MISSION_ID.findall(said[1]))
        for name in TEST_NAME.findall(source):
            yield from ((f"{name_of(path)}::{name}", each.upper()) for each in ID_IN_NAME.findall(name))


def test_mission_ids_in_titles_are_real(samples: Path) -> None:
    mission = samples.parent / "mission.md"
    if not mission.is_file():
        pytest.skip(f"no mission beside the samples: {mission}")
    real = set(ID_ROW.findall(mission.read_text(encoding="utf-8")))
    assert {"A1", "B9", "C2"} <= real
    assert {(title, found) for title, found in titles() if found not in real} == set()


def test_dark_without_a_script_is_the_same_dark() -> None:
    """Both blocks hold the same colours: one is for whoever has scripts, the other for whoever has none."""
    sheet = (ROOT / "static" / "crm.css").read_text(encoding="utf-8")
    colours = re.compile(r"(--c-[\w-]+):\s*([^;]+);")
    scripted = sheet.partition("[data-bs-theme=dark] {")[2].partition("}")[0]
    plain = sheet.partition(":root:not(.js) {")[2].partition("}")[0]
    assert dict(colours.findall(scripted)) == dict(colours.findall(plain)) != {}
    for rule in re.findall(r"^\[data-bs-theme=dark\] (.+)$", sheet, re.MULTILINE):
        assert f":root:not(.js) {rule}" in sheet or rule == "{", rule
