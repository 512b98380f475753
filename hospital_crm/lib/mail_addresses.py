"""E-mail addresses as they may stand on a page."""

SHOWN = 2  # letters at the beginning


def mask(address: str) -> str:
    """zh****@example.com; of a name of one or two letters nothing is left."""
    name, _, domain = address.rpartition("@")  # a name in quotes may hold one itself
    return f"{name[:SHOWN] if len(name) > SHOWN else ''}****@{domain}"
