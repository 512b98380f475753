"""What services raise when a rule is not met."""

import re
from collections.abc import Mapping
from typing import ClassVar

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the hospital was not met. Subclasses stand beside the service that raises them.

    `message` is for the reader, in the reader's language; `code` is for programs and never changes; `field` is the
    form's field that the message belongs to, "" for the whole form; `fresh` is what the form's hidden fields hold when
    it comes back, so that whoever has read the message can send it once more.
    """

    message: ClassVar[str | Promise] = _("That is not possible now.")
    status: ClassVar[int] = 409
    field: ClassVar[str] = ""
    fresh: Mapping[str, object] = {}

    @property
    def code(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def __str__(self) -> str:
        return str(self.message)


class StaleVersion(DomainError):
    """Somebody else saved first; `current` is the row as it stands now. Nothing was overwritten."""

    message = _("Somebody else saved this while you were editing.")

    def __init__(self, current: Model) -> None:
        super().__init__()
        self.current = current


class DuplicateSubmission(DomainError):
    """The same form was sent twice; `subject_id` is the primary key of what the first one created."""

    message = _("This was saved already; here is the result. What you changed after sending it is not in it.")

    def __init__(self, subject_id: int) -> None:
        super().__init__()
        self.subject_id = subject_id
