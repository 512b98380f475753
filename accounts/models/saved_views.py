from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets.saved_views import SavedViewQuerySet

from .versions import Versioned

LONGEST_QUERY = 2000


class SavedView(Versioned):
    """What somebody wants to see of a list again: its conditions, columns and order as a query string, and no more.

    `list` is the name of the list's route. Whatever in the query means nothing any more, the list leaves aside.
    """

    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="saved_views")
    list = models.CharField(max_length=60)
    name = models.CharField(_("Name of the view"), max_length=40)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    opens_first = models.BooleanField(_("Open the list with it"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("Saved view")
        constraints = [
            models.UniqueConstraint(fields=["staff", "list", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["staff", "list"], condition=Q(opens_first=True), name="saved_view_opens_first_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
