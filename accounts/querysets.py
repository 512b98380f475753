"""The vocabulary for reading who works here."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Aggregate, CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Replace

from accounts.access import Capability, Role, Scope, scope_of
from hospital_crm.lib.moments import midnight, midnight_after

if TYPE_CHECKING:
    from accounts.models import (  # noqa: F401  name the rows
        Absence,
        Actor,
        ApiToken,
        AuditEntry,
        Department,
        SavedView,
        Staff,
        Submission,
        Team,
    )


BY_NAME = ("sort_key", "pk")  # Chinese names by pinyin


class Joined(Aggregate):
    """The words of several rows in one, with commas between; each database has its own name for it."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


_Row = TypeVar("_Row", bound=models.Model)


class ConcerningQuerySet(models.QuerySet[_Row]):
    """Of rows that some colleagues must not know of."""

    def not_about(self, staff: Staff) -> Self:
        """Without those in which the person is a person concerned."""
        return self.exclude(excluded=staff)


class StaffQuerySet(models.QuerySet["Staff"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def by_name(self) -> Self:
        """As people look somebody up: by pinyin, by letters."""
        return self.order_by(*BY_NAME)

    def selectable(self, *chosen: int | None) -> Self:
        """Whom a form offers: the active, and those who are chosen already though they have left."""
        still_there = Q(is_active=True) | Q(pk__in=[pk for pk in chosen if pk])
        return self.filter(still_there).by_name()

    def with_role(self, role: Role) -> Self:
        return self.filter(role_grants__role=role)

    def able_to(self, capability: Capability) -> Self:
        """Whose roles let them, whatever the scope."""
        roles = [role for role in Role if scope_of([role], capability)]
        return self.filter(pk__in=self.model.objects.filter(role_grants__role__in=roles).values("pk"))

    def keepers(self) -> Self:
        """Who may keep promises: they work here, and a role of theirs lets them."""
        return self.active().able_to(Capability.SEE_PROMISES)

    def with_work(self) -> Self:
        """With what a page shows beside a name."""
        return self.select_related("department").prefetch_related("role_grants")

    def with_access(self) -> Self:
        """With what every page asks about whoever reads it: the roles, the place, the name in the audit."""
        grants = apps.get_model("accounts", "RoleGrant")._default_manager.filter(staff=OuterRef("pk"))
        codes = grants.order_by().values("staff").annotate(codes=Joined("role")).values("codes")
        related = self.select_related("department", "actor")
        return related.annotate(role_codes=Coalesce(Subquery(codes), Value("")))

    def with_absence(self, on: date) -> Self:
        """With `away_until`: the last day of an absence in which that day lies; None for whoever is there."""
        away = apps.get_model("accounts", "Absence")._default_manager.on(on).filter(staff=OuterRef("pk"))
        return self.annotate(away_until=Subquery(away.order_by("-ends_on").values("ends_on")[:1]))

    def named_like(self, text: str) -> Self:
        """By a part of the name, the pinyin in one word, the user name, the number or the extension."""
        pinyin = Replace("display_name_en", Value(" "), Value(""))
        return self.alias(pinyin=pinyin).filter(
            Q(display_name__icontains=text)
            | Q(display_name_en__icontains=text)
            | Q(pinyin__istartswith=text)
            | Q(username__icontains=text)
            | Q(employee_number__iexact=text)
            | Q(extension=text)
        )


class StaffManager(BaseUserManager["Staff"].from_queryset(StaffQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Staff:
        """User names are the same in capitals and small letters."""
        staff: Staff = self.get(username=(username or "").lower())
        return staff


class DepartmentQuerySet(models.QuerySet["Department"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def selectable(self, chosen: int | None) -> Self:
        """What a form offers: the tree in use, and what is chosen already though it was closed."""
        return self.filter(Q(is_active=True) | Q(pk=chosen)).in_tree_order()

    def without_head(self) -> Self:
        """Nobody leads it, or somebody who has left."""
        return self.exclude(head__is_active=True)

    def in_tree_order(self) -> Self:
        """Each department before those below it."""
        return self.order_by("path")

    def below(self, department: Department) -> Self:
        """The department and everything under it."""
        return self.filter(path__startswith=department.path)


class TeamQuerySet(models.QuerySet["Team"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def on(self, day: date) -> Self:
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)

    def left_to(self, deputy: Staff, day: date) -> models.QuerySet[Absence, int]:
        """The keys of the colleagues for whom the person stands in that day."""
        return self.on(day).filter(deputy=deputy).values_list("staff", flat=True)

    def touching(self, first: date, last: date) -> Self:
        return self.standing().filter(starts_on__lte=last, ends_on__gte=first)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, at: datetime) -> Self:
        """Neither expired nor revoked, of somebody who works here."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, staff__is_active=True)

    def unrevoked(self) -> Self:
        return self.filter(revoked_at__isnull=True)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def sent_by(self, actor: Actor, since: datetime) -> Self:
        """The actor's own, no older than that."""
        return self.filter(actor=actor, created_at__gte=since)

    def made(self, kind: str) -> Self:
        """Things of this kind, or of one that nobody wrote down yet."""
        return self.filter(kind__in=("", kind))


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, staff: Staff) -> Self:
        """All for the administrator; for a manager what people of the own department did; never about oneself."""
        scope = staff.scope(Capability.SEE_AUDIT)
        if Scope.HOSPITAL in scope:
            return self.not_about(staff)
        if Scope.DEPARTMENT in scope and staff.department_id:
            return self.filter(actor__staff__department=staff.department_id).not_about(staff)
        return self.none()

    def not_about(self, staff: Staff) -> Self:
        """Without what was done to rows, of whatever app, in which the person is a person concerned."""
        entries = self
        for model in apps.get_models():
            rows = model._default_manager.all()
            if isinstance(rows, ConcerningQuerySet):
                concerned = rows.filter(excluded=staff).values("pk")
                entries = entries.exclude(subject_type=model._meta.label, subject_id__in=concerned)
        return entries

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label, subject_id=subject.pk)

    def matching(
        self,
        *,
        who: Staff | None = None,
        verb: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> Self:
        """What the page's filter means: by whom, which verb, from the first to the last day, both included."""
        entries = self.filter(actor__staff=who) if who else self
        entries = entries.filter(verb=verb) if verb else entries
        entries = entries.filter(at__gte=midnight(since)) if since else entries
        return entries.filter(at__lt=midnight_after(until)) if until else entries

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit is append-only.")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, staff: Staff) -> Self:
        """One's own."""
        return self.filter(staff=staff)

    def of(self, staff: Staff, list_name: str) -> Self:
        """Those of one list, in the order in which they are shown."""
        return self.filter(staff=staff, list=list_name).order_by("name", "pk")
