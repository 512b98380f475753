"""Certificates that stood with a template before each version had its own go to the words that patients get."""

from datetime import date, datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection, models

from messaging.models import MessageTemplate, TemplateVersion
from tests.messaging.templates import NUMBER, certificate, draft_of, next_version, offer, publish

pytestmark = pytest.mark.django_db
MIGRATION = "messaging.migrations.0030_certificates_with_the_words"
UNTIL = date(2027, 3, 12)
OF_TEMPLATES, BEFORE = "messaging_messagetemplate", Apps()


class Template(models.Model):
    """With the columns that it had then."""

    certificate_number = models.CharField(max_length=60)
    certificate_until = models.DateField(null=True)

    class Meta:
        app_label, apps, db_table, managed = "messaging", BEFORE, OF_TEMPLATES, False

    def __str__(self) -> str:
        return self.certificate_number


class Version(models.Model):
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    state = models.CharField(max_length=10)
    certificate_number = models.CharField(max_length=60)
    certificate_until = models.DateField(null=True)

    class Meta:
        app_label, apps, db_table, managed = "messaging", BEFORE, TemplateVersion._meta.db_table, False

    def __str__(self) -> str:
        return self.certificate_number


THEN: Any = SimpleNamespace(
    get_model=lambda _app, name: {"MessageTemplate": Template, "TemplateVersion": Version}[name]
)


@pytest.fixture(autouse=True)
def _columns_of_then(db: None) -> None:
    columns = ("certificate_number varchar(60) NOT NULL DEFAULT ''", "certificate_until date NULL")
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(f"ALTER TABLE {OF_TEMPLATES} ADD COLUMN {column}")


def of_template(row: MessageTemplate, number: str = NUMBER, until: date | None = UNTIL) -> None:
    Template._default_manager.filter(pk=row.pk).update(certificate_number=number, certificate_until=until)


def without_one(words: TemplateVersion) -> TemplateVersion:
    TemplateVersion.objects.filter(pk=words.pk).update(certificate_number="", certificate_until=None)
    return words


def held_by(words: TemplateVersion) -> tuple[str, date | None]:
    words.refresh_from_db()
    return words.certificate_number, words.certificate_until


def move_to_words() -> None:
    import_module(MIGRATION).move_to_words(THEN, None)


def test_it_goes_to_the_published_words_and_to_no_others(now: datetime) -> None:
    old = without_one(publish(draft_of(offer(now)), now, **certificate(UNTIL)))
    new = without_one(publish(next_version(old, now), now, **certificate(UNTIL, "another")))
    draft = next_version(new, now)
    of_template(new.template)
    move_to_words()
    assert [held_by(words) for words in (old, new, draft)] == [("", None), (NUMBER, UNTIL), ("", None)]


def test_a_template_with_a_draft_only_leaves_it_to_whoever_publishes(now: datetime) -> None:
    draft = draft_of(offer(now))
    of_template(draft.template)
    move_to_words()
    assert held_by(draft) == ("", None)


@pytest.mark.parametrize(("number", "until"), [(NUMBER, None), ("", UNTIL)])
def test_half_of_one_covers_nothing(now: datetime, number: str, until: date | None) -> None:
    words = without_one(publish(draft_of(offer(now)), now, **certificate(UNTIL)))
    of_template(words.template, number, until)
    move_to_words()
    assert held_by(words) == ("", None)


def test_on_the_way_back_the_template_gets_the_one_that_is_valid_longer(now: datetime) -> None:
    words = publish(draft_of(offer(now)), now, **certificate(UNTIL))
    TemplateVersion.objects.create(
        template=words.template,
        language="en",
        number=1,
        text="Open day",
        state="published",
        **certificate(date(2027, 1, 1), "another"),
        **dict.fromkeys(("created_at", "updated_at", "published_at"), now),
    )
    import_module(MIGRATION).move_to_template(THEN, None)
    row = Template._default_manager.get(pk=words.template_id)
    assert (row.certificate_number, row.certificate_until) == (NUMBER, UNTIL)
