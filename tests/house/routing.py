"""Every route of the product, as Django itself finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    name: str  # with its namespace; "" is a fault that a test finds
    view: Callable[..., Any]

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api-")


def routes() -> list[Route]:
    """Every route of the product, as Django itself finds them."""
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda route: route.name)


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        else:
            yield Route(f"{namespace}{pattern.name}" if pattern.name else "", pattern.callback)
