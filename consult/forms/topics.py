"""What a call was about: one form a topic."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consult.services.records import TopicRecord
from hospital_crm.lib.forms import StyledForm

from .choices import Choices
from .fields import RowField, Select, by_key


class TopicForm(StyledForm, forms.Form):
    question = forms.CharField(
        label=_("Question"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments, topics = by_key(choices.departments), by_key(choices.topics)
        self.fields["department"] = RowField(
            departments, empty=_("None"), label=_("Department"), required=False, widget=Select()
        )
        topic = RowField(topics, empty=_("Choose"), label=_("Topic"), required=False, widget=Select())
        if get_language() != "en":  # no input method types into a select: there a number finds the topic
            topic.choices = [("", _("Choose")), *((key, f"{n} {row}") for n, (key, row) in enumerate(topics, start=1))]
        self.fields["topic"] = topic

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not cleaned.get("topic") and any(cleaned.get(name) for name in ("question", "answer", "department")):
            self.add_error("topic", _("Choose what it was about."))
        return cleaned

    @property
    def record(self) -> TopicRecord | None:
        return TopicRecord(**self.cleaned_data) if self.cleaned_data.get("topic") else None
