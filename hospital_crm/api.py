"""The API's router and the one place that turns an error into an answer (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import set_rollback

from accounts.api import DepartmentViewSet, StaffViewSet
from hospital_crm.lib.errors import DomainError

router = SimpleRouter()
router.register("staff", StaffViewSet, basename="api-staff")
router.register("departments", DepartmentViewSet, basename="api-department")


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Problem details with a stable code; None lets an unknown error become a 500."""
    if isinstance(error, DomainError):
        set_rollback()
        return _problem(error.status, error.code, str(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    if isinstance(error, exceptions.ValidationError):
        return _problem(error.status_code, "invalid", "", errors=error.detail)
    return _problem(error.status_code, str(error.get_codes()), str(error.detail))


def _problem(status: int, code: str, detail: str, **more: Any) -> Response:
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}
    return Response(body, status=status, content_type="application/problem+json")
