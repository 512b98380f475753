"""When it is, which numbers stand in this world, and whose pages differ."""

from datetime import datetime
from zoneinfo import ZoneInfo

NOW = datetime(2026, 3, 12, 10, 24, tzinfo=ZoneInfo("Asia/Shanghai"))
OWED, OWED_NOTHING, CALLER, BEING_TYPED = "13800001234", "13700004321", "13900005678", "13900005679"
SPOKEN_WITH = "13900005680"
NUMBERS = (OWED, OWED_NOTHING, CALLER, BEING_TYPED, SPOKEN_WITH)  # all that stand in this world

# People whose pages differ from those of everybody else with the role.
BEGINNER, NEWCOMER = "beginner", "newcomer"
