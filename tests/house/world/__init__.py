"""One small hospital, one person a role, and the row that each route is asked for."""

from . import archive, exports, people, work
from .browsing import confirm, counted, sign_in
from .exports import ask_for_audit, run_export
from .facts import BEGINNER, CALLER, NEWCOMER, NOW, NUMBERS, OWED, OWED_NOTHING
from .whole import World

__all__ = (
    "BEGINNER",
    "CALLER",
    "NEWCOMER",
    "NOW",
    "NUMBERS",
    "OWED",
    "OWED_NOTHING",
    "World",
    "ask_for_audit",
    "build",
    "confirm",
    "counted",
    "run_export",
    "sign_in",
)


def build() -> World:
    cast = people.arrive()
    clients = archive.register(cast)
    return World(
        **vars(cast),
        **vars(clients),
        **work.owe(cast, clients),
        **people.set_up(cast),
        **archive.know(cast, clients),
        **archive.ask(cast, clients),
        **work.talk(cast),
        **exports.carry_away(cast, clients),
        **work.write(cast, clients),
    )
