"""The vocabulary for reading who works here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Aggregate, CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Replace

from accounts.access import Capability, Role, scope_of

if TYPE_CHECKING:
    from accounts.models import Staff


BY_NAME = ("sort_key", "pk")  # Chinese names by pinyin


class Joined(Aggregate):
    """The words of several rows in one, with commas between; each database has its own name for it."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **context)


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

    def doctors(self, *chosen: int | None) -> Self:
        """Who can have treated somebody: those with the doctor's role, and those who are chosen already."""
        doctors = self.model.objects.filter(role_grants__role=Role.DOCTOR).values("pk")
        return self.filter(Q(pk__in=doctors) | Q(pk__in=[pk for pk in chosen if pk]))

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
