"""Which part of a story a line belongs to: what the app that wrote it is called, but for these."""

OF_THEIR_OWN = {
    "patients.visited": "visits",
    "patients.organisation_visited": "visits",
    "patients.consent": "consents",
}


def part_of(kind: str) -> str:
    """The kind "consult.call" is of "consult"; "patients.visited" is of "visits"."""
    return OF_THEIR_OWN.get(kind) or kind.partition(".")[0]
