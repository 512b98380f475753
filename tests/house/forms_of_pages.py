"""The forms that stand on a page, as a browser sends them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import resolve

from tests.house import markup

NO_TEXT = ("hidden", "checkbox", "radio", "submit", "button", "file")
MUCH = 10_000


@dataclass
class Form:
    """What it would send, the fields into which one types, and those that take files."""

    url: str
    values: dict[str, str] = field(default_factory=dict)
    texts: dict[str, markup.Tag] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # which ones

    @property
    def route(self) -> str:
        return resolve(self.url.partition("?")[0]).view_name

    @property
    def name(self) -> tuple[str, ...]:
        return (self.route, *self.texts, *self.files)

    def room(self, name: str) -> int:
        return int(self.texts[name]["maxlength"] or MUCH)


def forms_on(page: markup.Page, url: str) -> list[Form]:
    """Those that change something and into which somebody types, or brings a file."""
    posting = [tag for tag in page.all("form") if tag["method"].lower() == "post"]
    found = {id(tag): Form(tag["action"] or url) for tag in posting}
    for tag in page.all("input", "textarea", "select"):
        around = {id(each) for each in tag.around}
        if tag["name"] and not any(each.name == "template" for each in tag.around):
            for form in (form for key, form in found.items() if key in around):
                _add(form, tag, page)
    return [form for form in found.values() if form.texts or form.files]


def _add(form: Form, tag: markup.Tag, page: markup.Page) -> None:
    name = tag["name"]
    if tag.name == "select":
        options = [option for option in page.all("option") if tag in option.around]
        form.choices[name] = [option["value"] for option in options]
        chosen = [option["value"] for option in options if "selected" in option.attributes]
        form.values[name] = (chosen or form.choices[name] or [""])[0]
    elif tag["type"] in ("checkbox", "radio"):
        if "checked" in tag.attributes or (tag["type"] == "radio" and name not in form.values):
            form.values[name] = tag["value"] or "on"
    elif tag["type"] == "file":
        form.files[name] = tag["accept"]
    else:
        form.values[name] = tag.text if tag.name == "textarea" else tag["value"]
        if tag["type"] not in NO_TEXT:
            form.texts[name] = tag
