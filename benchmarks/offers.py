"""What a hospital sends to many: an offer that a provider has approved, to patients who agreed, each asked for all."""

import json
import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from django.db import connection
from django.utils import timezone

from accounts.models import Actor
from accounts.services.actors import system_actor
from institution.models import Setting
from institution.services.settings import change_setting
from messaging.models import GatewaySetup, Provider, TemplateVersion
from messaging.services.setups import change_setup, use_setup
from messaging.services.templates.making import create_template
from messaging.services.templates.publishing import publish_version, register_version

CODE = "bench_offer"
NAMES = {"code": CODE, "name_zh": "眼科开放日", "name_en": "Open day"}
OFFER = {**NAMES, "message_class": "marketing", "purpose": "announcement"}
TEXT = "{recipient}您好，本周六眼科门诊开放日，可预约视力检查，咨询 {hospital_phone}。{certificate}。退订 {stop_link}"
CERTIFICATE, YEAR = "京医广〔2026〕第03-12-0001号", timedelta(days=365)
ACCOUNT = {"key_id": "LTAI5tBenchBench", "sign_name": "示范眼科医院", "price": "0.045", "trial_template": "SMS_1"}
KEYS = {"key_secret": "bench" * 4}
# The night too is a time to measure: whether it is quiet is asked all the same.
HOURS = {"messaging.marketing_from": Decimal(0), "messaging.marketing_until": Decimal(24)}
CONSENT = """
INSERT INTO patients_consent (patient_id, purpose, channel, is_given, decided_at, way, said_by, guardian,
  recorded_at, recorded_by_id)
SELECT id, 'marketing', '', true, now(), 'paper', 'guardian', 'bench', now(), %s FROM patients_patient
"""
# Nobody who has said no, or whom a complaint keeps from it: each message goes the whole way.
FILL = """
INSERT INTO messaging_message (dedupe_key, source, channel, message_class, kind, params, template_version_id,
  patient_id, queued_by_id, queued_at, send_at, due_at, expires_at, state, reason, attempts, address, receipt,
  in_doubt, is_forgotten, provider, reference, provider_code, fate)
SELECT gen_random_uuid(), 'bench', 'sms', 'marketing', 'announcement', %s, %s,
  patient_id, %s, now(), now(), now(), now() + interval '1 day', 'queued', '', 0, '', '', false, false, '', '', '', ''
FROM (
  SELECT p.id AS patient_id FROM patients_patient p JOIN patients_phone o ON o.patient_id = p.id
  WHERE o.is_primary AND o.e164 LIKE '+861__________' AND p.died_on IS NULL
    AND NOT EXISTS (SELECT FROM messaging_hold h WHERE h.patient_id = p.id)
    AND NOT EXISTS (SELECT FROM messaging_optout s WHERE s.patient_id = p.id)
  ORDER BY p.id LIMIT %s
) each
"""


def prepare_offer() -> None:
    """The account is in use, the words are published and registered, everybody has agreed."""
    actor, at = system_actor("bench"), timezone.now()
    by: dict[str, Any] = {"actor": actor, "at": at}
    for key, value in HOURS.items():
        setting = Setting.objects.get(key=key)
        change_setting(setting=setting, value=value, version=setting.version, **by)
    setup = GatewaySetup.objects.of_hospital().get(provider=Provider.ALIYUN)
    change_setup(setup=setup, version=setup.version, values=ACCOUNT, keys=KEYS, **by)
    use_setup(setup=setup, **by)
    register_version(words=_published(**by), provider=Provider.ALIYUN, number="SMS_100000009", keywords={}, **by)
    with connection.cursor() as cursor:
        cursor.execute(CONSENT, [actor.pk])
        cursor.execute("VACUUM ANALYZE patients_consent")


def queue_offer(number: int) -> int:
    """So many wait, each for another patient; how many there are."""
    version = TemplateVersion.objects.published().get(template__code=CODE)
    params = json.dumps({"values": {"certificate": CERTIFICATE}})
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE messaging_message CASCADE")
        cursor.execute("TRUNCATE messaging_contactlog")
        cursor.execute(FILL, [params, version.pk, system_actor("bench").pk, number])
        queued = int(cursor.rowcount)
        cursor.execute("VACUUM ANALYZE messaging_message")
    return queued


def _published(*, actor: Actor, at: datetime) -> TemplateVersion:
    by: dict[str, Any] = {"actor": actor, "at": at}
    template = create_template(values=OFFER, language="zh-hans", subject="", text=TEXT, **by)
    certificate: dict[str, Any] = {
        "certificate_number": CERTIFICATE,
        "certificate_until": timezone.localdate(at) + YEAR,
    }
    draft = template.versions.get()
    return publish_version(draft=draft, version=draft.version, **certificate, **by)
