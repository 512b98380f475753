from django.db import models

from promises.querysets.days import PromiseDayQuerySet, SummedDayQuerySet


class PromiseDay(models.Model):
    """How promises first made for a day that is over were kept: those of one owner, team and department, in one row.

    What is about a colleague is not among them: whether it may be told by person depends on the reader.
    """

    day = models.DateField()  # in the hospital
    owner = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, null=True, related_name="+")
    # By the names of `promises.querysets.figures.FIGURES`.
    promised = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    postponed = models.PositiveIntegerField()
    not_reached = models.PositiveIntegerField()

    objects = PromiseDayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["day", "department"], name="promise_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.promised}"


class SummedDay(models.Model):
    """The day has its sums; of a day on which nothing was promised, there is no other row."""

    day = models.DateField(unique=True)
    zone = models.CharField(max_length=64)  # where it began and ended at midnight

    objects = SummedDayQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.day)


class ChangedDay(models.Model):
    """One line for each change of what is summed: as long as it stands, the day's sums may lag behind."""

    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.day)
