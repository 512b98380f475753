"""Why an import stopped, as people read it."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from patients.models import Import

from .faults import ERRORS
from .runs import ImportNotReady

DIED = "the worker died"  # as `jobs` writes it down
FORESEEN: tuple[type[DomainError], ...] = (*ERRORS.values(), ImportNotReady)
WORDS: dict[str, str | Promise] = {error().code: error.message for error in FORESEEN} | {
    DIED: _("The program that read the file was ended several times, perhaps for want of memory.")
}
UNFORESEEN = _("Something happened that nobody foresaw ({error}). Whoever runs the system finds more in its log.")


def words_of_failure(run: Import) -> str:
    """Empty for an import that did not fail."""
    job = run.job
    if job is None or job.state != job.State.FAILED:
        return ""
    return str(WORDS.get(job.error) or format_lazy(UNFORESEEN, error=job.error))
