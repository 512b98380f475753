"""Brings the browser's files: npm packages by the lock file, then only what is listed, into build/assets/.

The page loads no file from another host, and the repository keeps no file of others.
"""

import re
import shutil
from pathlib import Path

from tools import node
from tools.steps import BUILD, ROOT, fail, fingerprint, run_quietly, say, stamped, write_stamp

OUT = BUILD / "assets"
MODULES = ROOT / "node_modules"
ICON_NAMES = ROOT / "tools" / "icons.txt"
FILES = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "vendor/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "vendor/swagger-ui-license.txt": "swagger-ui-dist/LICENSE",
    "vendor/lucide-license.txt": "lucide-static/LICENSE",  # the others say theirs in the file, or ask for no notice
}


def build(*, with_tools: bool) -> None:
    """build/assets/ is up to date; with_tools also leaves linters and axe-core in node_modules/."""
    packages = (ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
    stamp, mark = BUILD / "assets.stamp", fingerprint(*packages, ICON_NAMES, Path(__file__))
    tools_stamp, tools_mark = MODULES / ".tools.stamp", fingerprint(*packages)
    tools_there = stamped(tools_stamp, tools_mark)
    assets_there = stamped(stamp, mark) and all((OUT / name).is_file() for name in (*FILES, "icons.svg"))
    if assets_there and (tools_there or not with_tools):
        return
    if not tools_there:
        _install_packages(with_tools=with_tools)
    if with_tools:
        write_stamp(tools_stamp, tools_mark)
    if not assets_there:
        _fill()
        write_stamp(stamp, mark)


def _install_packages(*, with_tools: bool) -> None:
    say("Browser assets: npm ci" + (" (with linters)" if with_tools else ""))
    oldest = node.TO_LINT if with_tools else node.TO_INSTALL
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run_quietly("npm ci", command if with_tools else [*command, "--omit=dev"], node.environment(oldest))


def _fill() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    for name, source in FILES.items():
        target = OUT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_without_source_map(_read(MODULES / source)), encoding="utf-8")
    names = ICON_NAMES.read_text(encoding="utf-8").split()
    (OUT / "icons.svg").write_text(_sprite(names), encoding="utf-8")
    say(f"Browser assets: {len(FILES)} files and {len(names)} icons in {OUT.relative_to(ROOT)}")


def _read(path: Path) -> str:
    if not path.is_file():
        fail(f"{path.relative_to(ROOT)} is missing: correct tools/assets.py or tools/icons.txt.")
    return path.read_text(encoding="utf-8")


def _without_source_map(text: str) -> str:
    """Source maps are not shipped; a reference to one would be a 404, and collectstatic refuses it."""
    return re.sub(r"\n?(?:/\*|//)# sourceMappingURL=.*?(?:\*/|$)", "", text, flags=re.MULTILINE)


def _sprite(names: list[str]) -> str:
    """One SVG with a symbol for each icon; colour and line width come from the page's style sheet."""
    symbols = "\n".join(_symbol(name, _read(MODULES / "lucide-static" / "icons" / f"{name}.svg")) for name in names)
    licence = "<!-- Lucide icons, ISC licence: vendor/lucide-license.txt -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{licence}\n{symbols}\n</svg>\n'


def _symbol(name: str, icon: str) -> str:
    found = re.search(r'<svg[^>]*viewBox="(?P<box>[^"]+)"[^>]*>(?P<shapes>.*)</svg>', icon, re.DOTALL)
    if found is None:
        fail(f"The icon {name} is not the SVG that was expected.")
    shapes = " ".join(found["shapes"].split())
    return f'<symbol id="i-{name}" viewBox="{found["box"]}">{shapes}</symbol>'
