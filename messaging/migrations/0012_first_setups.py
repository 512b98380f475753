"""The providers that can be set up, and how long their word is waited for."""

import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEY = "messaging.receipt_hours"
PROVIDERS = {"aliyun": "sms", "tencent": "sms", "wechat": "wechat", "wecom": "wecom"}


def add_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = datetime.datetime.now(tz=datetime.UTC)
    for provider, channel in PROVIDERS.items():
        apps.get_model("messaging", "GatewaySetup").objects.create(provider=provider, channel=channel, updated_at=now)
    apps.get_model("institution", "Setting").objects.create(
        key=KEY,
        area="messaging",
        label_zh="短信多久没有回执就去查询",
        label_en="Ask the provider about a text message without a receipt after",
        unit="hours",
        value=4,
        default=4,
        lowest=1,
        highest=48,
        source_zh="本产品的默认值：回执一般几分钟内到",
        source_en="This product's default: a receipt usually comes within minutes",
        updated_at=now,
    )


def remove_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("messaging", "GatewaySetup").objects.all().delete()
    apps.get_model("institution", "Setting").objects.filter(key=KEY).delete()


class Migration(migrations.Migration):
    dependencies = [("messaging", "0011_channels"), ("institution", "0002_first_rows")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
