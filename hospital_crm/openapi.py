"""The schema of the API, where the library cannot know better."""

from inspect import cleandoc
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from hospital_crm.lib.rooms import CreatesOnce

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs; never changes."},
        "detail": {"type": "string", "description": "For people, in the language that was asked for."},
        "errors": {"type": "object", "description": "By field, where what was sent has the wrong shape."},
        "field": {"type": "string", "description": "The field that a rule of the hospital is about, where it is one."},
        "request_id": {"type": "string", "description": "Under this the logs hold a fault of the product itself."},
    },
}
ANSWERS = {
    "400": "What was sent has the wrong shape.",
    "401": "Not signed in.",
    "403": "No right to do this.",
    "404": "Not there, or out of reach.",
    "406": "Only JSON is spoken here.",
    "409": "A rule of the hospital is not met, or somebody else was quicker.",
    "429": "Too many requests; see Retry-After.",
    "500": "A fault of the product; whatever was sent has changed nothing.",
}
LEFT_OUT = {"Visit": {"diagnoses", "operations"}}  # for whoever may not see clinical text
OF_A_BODY = {"415": "Only JSON is read here."}


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation can answer with problem details (RFC 9457), and whatever is answered is whole."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in schemas.items():
        if "properties" in schema and not name.endswith("Request"):
            kept = schema["properties"].keys() - LEFT_OUT.get(name, set())
            schema["required"] = sorted(kept)  # an answer has every field, null where there is nothing
    schemas["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result.get("paths", {}).values():
        for operation in path.values():
            answers = ANSWERS | (OF_A_BODY if "requestBody" in operation else {})
            for code, about in sorted(answers.items()):
                operation["responses"].setdefault(code, {"description": about, "content": content})
    return result


class OwnWords(AutoSchema):
    """An operation is described by its own docstring, else its room's; not by what all rooms share.

    What creates once answers the second time with the row, and 200.
    """

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular itself has it
        act = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        return cleandoc(act.__doc__ or type(self.view).__doc__ or "")

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        if isinstance(self.view, CreatesOnce) and self.method == "POST" and self.view.action == "create":
            row = self._get_response_for_code(self.view.serializer_class, "200", direction=direction)  # type: ignore[no-untyped-call]
            bodies = {"200": row | {"description": "What the same submission has made before."}, **bodies}
        return bodies


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.bearer.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "Made by an administrator on a colleague's page."}
