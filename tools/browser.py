"""`python -m tools.browser`: Chromium and a Chinese font for the browser tests.

Nothing else needs the system's package manager.
"""

import os
import shutil
import subprocess
from collections.abc import Callable

from tools.steps import fail, run_quietly, say

CHROMIUM_PACKAGE = "chromium"
FONT_PACKAGE = "fonts-wqy-microhei"


def chromium() -> str | None:
    """The path of a Chromium that tests can drive: CHROMIUM from the environment, else the machine's."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def font_list() -> str | None:
    return shutil.which("fc-list")


def chinese_font() -> str | None:
    """The file of a font with Chinese characters."""
    if not font_list():
        return None
    answer = subprocess.run(["fc-list", ":lang=zh", "file"], text=True, capture_output=True, check=False).stdout
    return next(iter(answer.splitlines()), None)


NEEDS: dict[str, Callable[[], str | None]] = {
    CHROMIUM_PACKAGE: chromium,
    "fontconfig": font_list,
    FONT_PACKAGE: chinese_font,
}


def missing_packages() -> list[str]:
    return [package for package, find in NEEDS.items() if find() is None]


def install(packages: list[str]) -> None:
    """By Debian's package manager, as root."""
    say(f"Browser tests: installing {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run_quietly("apt-get update", ["apt-get", "update"], environment)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    run_quietly("apt-get install", command, environment)


def main() -> None:
    packages = missing_packages()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
        packages = missing_packages()
    if packages:
        fail(f"The browser tests need {', '.join(packages)}: apt-get install {' '.join(packages)}")


if __name__ == "__main__":
    main()
