"""Two people enter certificates at the same moment: no certificate ever covers two texts, and nothing is lost."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from hospital_crm.lib.errors import StaleVersion
from messaging.models import TemplateVersion
from messaging.services.templates.certificate_history import CertificateOfOtherWords
from messaging.services.templates.certificates import renew_certificate
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.messaging.templates import NUMBER, SUNDAY, certificate, draft_of, next_version, offer, publish

pytestmark = [on_a_server, with_threads]
YEAR = timedelta(days=365)
OTHER, RENEWED = "京医广〔2026〕第03-12-0002号", "京医广〔2027〕第03-12-0001号"


@pytest.fixture
def saturday(now: datetime) -> TemplateVersion:
    return publish(draft_of(offer(now)), now, **certificate(now.date() + YEAR, OTHER))


def renew(words: TemplateVersion, at: datetime, number: str) -> TemplateVersion:
    given = certificate(at.date() + YEAR, number)
    return renew_certificate(words=words, version=words.version, **given, actor=make.by(), at=at)


def test_of_two_texts_that_go_under_one_certificate_the_second_is_refused(
    saturday: TemplateVersion, now: datetime
) -> None:
    """One is published, the other renewed; they stand in different templates."""
    sunday = draft_of(offer(now, SUNDAY, "sunday"))
    with transaction.atomic():
        publish(sunday, now, **certificate(now.date() + YEAR))
        meanwhile = Meanwhile(lambda: renew(saturday, now, NUMBER))
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), CertificateOfOtherWords)


def test_a_next_version_does_not_get_the_number_that_comes_to_the_one_before(
    saturday: TemplateVersion, now: datetime
) -> None:
    new = next_version(saturday, now)
    with transaction.atomic():
        renew(saturday, now, RENEWED)
        meanwhile = Meanwhile(lambda: publish(new, now, **certificate(now.date() + YEAR, RENEWED)))
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), CertificateOfOtherWords)


def test_of_two_who_renew_the_same_words_the_second_is_shown_what_the_first_entered(
    saturday: TemplateVersion, now: datetime
) -> None:
    with transaction.atomic():
        renew(saturday, now, RENEWED)
        meanwhile = Meanwhile(lambda: renew(saturday, now, NUMBER))
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), StaleVersion)
    saturday.refresh_from_db()
    assert saturday.certificate_number == RENEWED
    assert [each.number for each in saturday.certificates.order_by("pk")] == [OTHER, RENEWED]
