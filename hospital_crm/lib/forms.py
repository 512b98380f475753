"""Forms that look alike, create once and never overwrite silently."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Model
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from . import conflict
from .errors import DomainError, DuplicateSubmission, StaleVersion

PLAIN_WIDGETS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


class FormRenderer(TemplatesSetting):
    """Every field of every form comes out of one template."""

    field_template_name = "components/field.html"


class StyledForm(forms.BaseForm):
    """Puts the design's classes on the widgets; mix in before the form class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if widget.is_hidden or isinstance(widget, PLAIN_WIDGETS):
                continue
            widget.attrs.pop("placeholder", None)  # never instead of a label
            widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"
        for name, field in self.fields.items():
            if name.endswith(("_zh", "_en")) or f"{name}_en" in self.fields:
                field.col = "w6"  # type: ignore[attr-defined]  # the two languages stand side by side

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        for name in self.errors:
            if name in self.fields and "class" in self.fields[name].widget.attrs:
                self.fields[name].widget.attrs["class"] = f"{self._kind(name)} is-invalid"

    def _kind(self, name: str) -> str:
        return str(self.fields[name].widget.attrs["class"]).partition(" ")[0]


def _submission_input() -> forms.HiddenInput:
    """A browser that goes back must not bring an id back that made something already."""
    return forms.HiddenInput(attrs={"autocomplete": "off"})


class FilterForm(StyledForm, forms.Form):
    """The conditions of a list: none is required, so none says that it is optional."""

    is_filter = True


class OnceForm(StyledForm):
    """Carries a submission id if a page made it: an act whose form is sent twice is done once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"] = forms.UUIDField(widget=_submission_input(), initial=uuid4, required=False)

    @property
    def submission(self) -> UUID | None:
        key: UUID | None = self.cleaned_data["submission"]
        return key


class CreateForm(StyledForm):
    """Carries a submission id: the same form sent twice creates one row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"] = forms.UUIDField(widget=_submission_input(), initial=uuid4)

    @property
    def submission(self) -> UUID:
        key: UUID = self.cleaned_data["submission"]
        return key


class EditForm(StyledForm):
    """Carries the version that was read and what the fields held then, so that a stale save shows both sides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=self._version())
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "version"

    def _version(self) -> int:
        return int(self.instance.version)  # type: ignore[attr-defined]

    @property
    def version(self) -> int:
        version: int = self.cleaned_data["version"]
        return version

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes: the fields of the model, as cleaned."""
        names = self._meta.fields  # type: ignore[attr-defined]
        return {name: self.cleaned_data[name] for name in names}


def create_page(
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    create: Callable[[], Model],
    done_url: Callable[[int], str],
    template: str,
    context: dict[str, Any],
    said: Callable[[int], str] | None = None,
) -> HttpResponse:
    """Show the form; create; go to the result, where `said` tells what was done.

    A second sending goes to the first one's result.
    """
    if request.method == "POST" and form.is_valid():
        try:
            row = create()
        except DuplicateSubmission as duplicate:
            messages.info(request, str(duplicate))
            return redirect(done_url(duplicate.subject_id))
        except DomainError as error:
            explain(form, error)
        except IntegrityError:
            _explain_clash(form)
        else:
            messages.success(request, said(row.pk) if said else _("Saved"))
            return redirect(done_url(row.pk))
    return render(request, template, {"form": form, "keep": kept_as(request), **context})


def edit_page(
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    save: Callable[[], object],
    done_url: str,
    template: str,
    context: dict[str, Any],
    fresh: Callable[[Any], forms.BaseForm] | None = None,
) -> HttpResponse:
    """Show the form; save; go on. A stale save answers with both versions side by side (409).

    `fresh`: the form as it opens for a row, where it needs more than the row.
    """
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except StaleVersion as stale:
            return conflict.conflict_page(request, form=form, current=stale.current, cancel_url=done_url, fresh=fresh)
        except DomainError as error:
            explain(form, error)
        except IntegrityError:
            _explain_clash(form)
        else:
            messages.success(request, _("Saved"))
            return redirect(done_url)
    return render(request, template, {"form": form, "keep": kept_as(request), **context})


def kept_as(request: HttpRequest, path: str = "") -> str:
    """The name under which the browser tab keeps what was typed here, or on that page: nobody else on this computer
    gets it back.
    """
    return f"{request.user.pk}:{path or request.path}"


def explain(form: forms.BaseForm, error: DomainError) -> None:
    """The form comes back with why, and knows what is new."""
    form.add_error(_place_of(form, error), str(error))
    if error.fresh:
        sent: Any = form.data.copy()  # type: ignore[attr-defined]  # what a browser sent
        for name, value in error.fresh.items():
            sent[form.add_prefix(name)] = str(value)
        form.data = sent


def _place_of(form: forms.BaseForm, error: DomainError) -> str | None:
    """The field that the error belongs to; of a refused file the form's own, whatever its name."""
    if error.field in form.fields:
        return error.field
    files = [name for name, field in form.fields.items() if isinstance(field, forms.FileField)]
    return files[0] if error.field == "file" and len(files) == 1 else None


def _explain_clash(form: forms.BaseForm) -> None:
    """Somebody saved the same name a moment ago: validate again, now the form sees it. Anything else is a fault."""
    form.full_clean()
    if form.is_valid():
        raise
