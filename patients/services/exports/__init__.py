"""What can be carried away of the archive, each list with its own file here."""

from .colleagues import COLLEAGUES
from .contacts import CONTACTS
from .control import CONTROL
from .employees import EMPLOYEES
from .organisation_visits import VISITS_THERE
from .organisations import ORGANISATIONS
from .pairs import PAIRS
from .people import PEOPLE
from .requests import REQUESTS
from .unusual import UNUSUAL
from .visits import VISITS

EXPORTS = (
    PEOPLE,
    ORGANISATIONS,
    VISITS,
    PAIRS,
    EMPLOYEES,
    CONTACTS,
    CONTROL,
    REQUESTS,
    UNUSUAL,
    VISITS_THERE,
    COLLEAGUES,
)

__all__ = (
    "COLLEAGUES",
    "CONTACTS",
    "CONTROL",
    "EMPLOYEES",
    "EXPORTS",
    "ORGANISATIONS",
    "PAIRS",
    "PEOPLE",
    "REQUESTS",
    "UNUSUAL",
    "VISITS",
    "VISITS_THERE",
)
