"""What the tests run with is what the product runs with."""

from tools.steps import ROOT


def pins(file: str) -> set[str]:
    return set((ROOT / file).read_text(encoding="utf-8").split())


def test_every_pin_of_the_product_is_a_pin_of_its_tests() -> None:
    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()
