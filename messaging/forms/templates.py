"""Templates of messages to patients: their names, their words, their numbers with providers."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.fields import DayInput
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm
from messaging.models import PURPOSES, MessageTemplate, TemplateRegistration, TemplateVersion
from messaging.models.templates import LONGEST, TO_PATIENTS
from messaging.rules.certificates import certificate_key
from messaging.services.templates.certificates import require_whole
from patients.models import LANGUAGES

ROWS = 5
NOT_SAID = _("A certificate covers only what was shown to the authority: tick that it was given for these.")
CERTIFICATE = ("certificate_number", "certificate_until")
NAMES = ("code", "name_zh", "name_en", "message_class", "purpose")
KEYWORD = re.compile(r"\s*([a-z_]+[0-9]*)\s*[=＝]\s*\{?([a-z][a-z0-9_]*)\}?\s*")


def _text() -> forms.CharField:
    return forms.CharField(label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": ROWS}))


def _subject() -> forms.CharField:
    return forms.CharField(label=_("Subject"), max_length=80, required=False, help_text=_("Of an e-mail"))


class TemplateCreateForm(CreateForm, forms.ModelForm[MessageTemplate]):
    purpose = forms.ChoiceField(label=_("Purpose"))
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    subject = _subject()
    text = _text()

    class Meta:
        model = MessageTemplate
        fields = ("name_zh", "name_en", "purpose", "message_class", "code")

    field_order = ("name_zh", "name_en", "purpose", "message_class", "code", "language", "subject", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.code, each.name) for each in PURPOSES.values()]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]
        classes = [("", _("Choose a class")), *TO_PATIENTS]
        self.fields["message_class"].choices = classes  # type: ignore[attr-defined]
        for name in ("purpose", "message_class", "code", "language"):
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).lower()

    @property
    def names(self) -> dict[str, Any]:
        """What the template itself holds."""
        return {name: self.cleaned_data[name] for name in NAMES}

    @property
    def words(self) -> dict[str, Any]:
        """What its first draft holds."""
        return {name: self.cleaned_data[name] for name in ("language", "subject", "text")}


class TemplateEditForm(EditForm, forms.ModelForm[MessageTemplate]):
    """The code stays: other programs know it; class and purpose too: what was agreed to hangs on them."""

    class Meta:
        model = MessageTemplate
        fields = ("name_zh", "name_en", "is_active", "advertises")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.filled_by.may_advertise:
            del self.fields["advertises"]

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class VersionCreateForm(CreateForm, forms.Form):
    subject = _subject()
    text = _text()

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("subject", "text")}


class VersionEditForm(EditForm, forms.ModelForm[TemplateVersion]):
    class Meta:
        model = TemplateVersion
        fields = ("subject", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": ROWS})}


def _is_for_words(**asked: Any) -> forms.BooleanField:
    return forms.BooleanField(label=_("The certificate was given for these very words"), **asked)


class PublishForm(StyledForm, forms.Form):
    """Of an advertisement: its certificate, and that it covers the words."""

    certificate_number = forms.CharField(label=_("Number of the advertisement's certificate"), max_length=60)
    certificate_until = forms.DateField(label=_("Certificate valid until"), widget=DayInput())
    is_for_words = _is_for_words(error_messages={"required": NOT_SAID})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CERTIFICATE:
            self.fields[name].col = "w6"  # type: ignore[attr-defined]

    @property
    def certificate(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in CERTIFICATE}

    def ask_anew(self) -> None:
        """What was said was said of other words: number and day stay, whether they cover these is asked again."""
        self.data = {name: value for name, value in self.data.items() if name != "is_for_words"}


class CertificateForm(EditForm, forms.ModelForm[TemplateVersion]):
    """Another number is another certificate, of which is said anew what it was given for; another day is not."""

    is_for_words = _is_for_words(required=False, help_text=_("Asked where the number changes"))

    class Meta:
        model = TemplateVersion
        fields = CERTIFICATE
        widgets = {"certificate_until": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CERTIFICATE:
            self.fields[name].col = "w6"  # type: ignore[attr-defined]
            self.fields[name].is_alternative = True  # type: ignore[attr-defined]  # both or neither: none is optional

    def clean(self) -> dict[str, Any]:
        """At its field, before the table says that something is wrong with the row."""
        if not self.errors:
            try:
                require_whole(self.cleaned_data)
            except DomainError as error:
                self.add_error(error.field, str(error))
        if self._is_another and not self.cleaned_data["is_for_words"]:
            self.add_error("is_for_words", NOT_SAID)
        return self.cleaned_data

    @property
    def _is_another(self) -> bool:
        """Than stood there when the form was opened."""
        opened = self.data.get(self.add_initial_prefix("certificate_number"), "")
        number = self.cleaned_data.get("certificate_number", "")
        return bool(number) and certificate_key(number) != certificate_key(opened)


class RegistrationForm(StyledForm, forms.Form):
    provider = forms.ChoiceField(label=_("Provider"), choices=TemplateRegistration.Provider.choices)
    number = forms.CharField(label=_("The provider's number of the template"), max_length=64)
    keywords = forms.CharField(
        label=_("Keywords"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Of WeChat only, one a line: thing1 = department"),
    )

    def clean_keywords(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in filter(str.strip, self.cleaned_data["keywords"].splitlines()):
            if not (parts := KEYWORD.fullmatch(line)):
                said = _("This line is no keyword: %(line)s. Write it like thing1 = department.")
                raise forms.ValidationError(said, params={"line": line.strip()[:40]})
            found[parts[1]] = parts[2]
        return found
