from django.db import models


class Concerning(models.Model):
    """A row that some colleagues must not know of, for it is about themselves.

    Whoever writes it names them, and `not_about` leaves it out; rows about nobody here, nearly all, cost one look into
    an index. Rows of one matter carry the same names each, so that none has to be traced back to what it came from.
    """

    excluded = models.ManyToManyField("accounts.Staff", related_name="+")  # persons concerned: never see it

    class Meta:
        abstract = True
