from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability, Role, Scope, scope_of
from accounts.querysets.staff import StaffManager

from .versions import Versioned


class Staff(Versioned, AbstractBaseUser):
    """Somebody who works here. A doctor may be staff without ever signing in (no usable password)."""

    username = models.CharField(
        _("User name"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]+\Z", _("Use small letters a–z, digits, dot, hyphen or underscore."))
        ],
        error_messages={"unique": _("Somebody has this user name already.")},
    )
    display_name = models.CharField(_("Name"), max_length=60)
    sort_key = models.TextField(blank=True, editable=False)  # of the name, by `lib.pinyin.sort_key`
    display_name_en = models.CharField(_("Name in English"), max_length=60, blank=True)
    employee_number = models.CharField(_("Employee number"), max_length=30, blank=True)
    extension = models.CharField(_("Extension"), max_length=20, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("Department"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
    )
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    must_change_password = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(editable=False)
    deactivated_at = models.DateTimeField(null=True, editable=False)
    signed_out_at = models.DateTimeField(null=True, editable=False)  # sign-ins from before are over

    USERNAME_FIELD = "username"

    objects = StaffManager()

    class Meta:
        verbose_name = _("Person")
        constraints = [
            models.CheckConstraint(condition=Q(username=Lower("username")), name="staff_username_in_small_letters"),
            models.UniqueConstraint(
                fields=["employee_number"],
                condition=~Q(employee_number=""),
                name="staff_employee_number_once",
                violation_error_code="unique",  # so that the form says it at the field
                violation_error_message=_("Somebody has this employee number already."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at__isnull=True)
                | Q(is_active=False, deactivated_at__isnull=False),
                name="staff_inactive_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language, where the person has a name in it."""
        return (self.display_name_en if get_language() == "en" else "") or self.display_name

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @cached_property
    def roles(self) -> list[Role]:
        """In the order of the roles' list; sees `with_access`, and a prefetch of `role_grants`."""
        codes = vars(self).get("role_codes")
        held = {grant.role for grant in self.role_grants.all()} if codes is None else set(codes.split(","))
        return [role for role in Role if role in held]

    @property
    def role_labels(self) -> str:
        return " · ".join(str(role.label) for role in self.roles)

    @property
    def rights(self) -> Hashable:
        """Whatever of the person decides which rows they see: one key for each who sees other rows."""
        return self.pk, tuple(self.roles), self.department_id, self.department.path if self.department else ""

    def can(self, capability: Capability) -> bool:
        return bool(self.scope(capability))

    def scope(self, capability: Capability) -> Scope:
        return scope_of(self.roles, capability)

    @property
    def needs_second_factor(self) -> bool:
        """Administrators outside demo mode work with a second factor only (level 3 of the graded protection)."""
        return bool(settings.SECOND_FACTOR_FOR_ADMINISTRATORS) and Role.ADMINISTRATOR in self.roles

    @property
    def has_second_factor(self) -> bool:
        return bool(Authenticator.objects.filter(user=self.pk).exists())


class RoleGrant(models.Model):
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "role"], name="role_grant_once")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.role}"
