from django.urls import path, register_converter

from .views import (
    before_calls,
    call_backs,
    channels,
    delivery,
    exports,
    followers,
    message_text,
    notes,
    opt_outs,
    outbox,
    retries,
    stop,
    template_check,
    template_preview,
    template_publishing,
    template_versions,
    templates,
)


class SmsProvider:
    regex = "aliyun|tencent"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(SmsProvider, "sms_provider")

app_name = "messaging"
urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/retry/", retries.messages_retry, name="messages_retry"),
    path("outbox/<int:pk>/retry/", outbox.message_retry, name="message_retry"),
    path("outbox/<int:pk>/settle/", outbox.message_settle, name="message_settle"),
    path("outbox/<int:pk>/cancel/", outbox.message_cancel, name="message_cancel"),
    path("outbox/<int:pk>/text/", message_text.message_text, name="message_text"),
    path("outbox/delivery/", delivery.delivery, name="delivery"),
    path("outbox/export/", exports.message_export, name="message_export"),
    path("outbox/export/<int:pk>/", exports.message_export_file, name="message_export_file"),
    path("outbox/trial/", outbox.trial, name="trial"),
    path("patients/<int:patient_pk>/before-calls/", before_calls.before_calls, name="before_calls"),
    path("patients/<int:patient_pk>/wechat/", followers.follower_edit, name="follower_edit"),
    path("patients/<int:patient_pk>/stopped/", opt_outs.opt_out_list, name="opt_out_list"),
    path("patients/<int:patient_pk>/stopped/new/", opt_outs.opt_out_create, name="opt_out_create"),
    path("patients/<int:patient_pk>/stopped/export/", exports.opt_out_export, name="opt_out_export"),
    path("patients/stopped/export/<int:pk>/", exports.opt_out_export_file, name="opt_out_export_file"),
    path("patients/<int:patient_pk>/stopped/<int:pk>/lift/", opt_outs.opt_out_lift, name="opt_out_lift"),
    path("m/<str:token>/", stop.stop, name="stop"),  # short: it stands in text messages
    path("settings/templates/", templates.template_list, name="template_list"),
    path("settings/templates/new/", templates.template_create, name="template_create"),
    path("settings/templates/check/", template_check.template_check, name="template_check"),
    path("settings/templates/<int:pk>/", templates.template_detail, name="template_detail"),
    path("settings/templates/<int:pk>/edit/", templates.template_edit, name="template_edit"),
    path(
        "settings/templates/<int:pk>/versions/<slug:language>/new/",
        template_versions.template_version_create,
        name="template_version_create",
    ),
    path(
        "settings/templates/versions/<int:pk>/edit/",
        template_versions.template_version_edit,
        name="template_version_edit",
    ),
    path(
        "settings/templates/versions/<int:pk>/publish/",
        template_publishing.template_version_publish,
        name="template_version_publish",
    ),
    path(
        "settings/templates/versions/<int:pk>/renew-certificate/",
        template_publishing.template_version_renew_certificate,
        name="template_version_renew_certificate",
    ),
    path(
        "settings/templates/versions/<int:pk>/retire/",
        template_versions.template_version_retire,
        name="template_version_retire",
    ),
    path(
        "settings/templates/versions/<int:pk>/register/",
        template_versions.template_version_register,
        name="template_version_register",
    ),
    path("settings/templates/versions/<int:pk>/preview/", template_preview.template_preview, name="template_preview"),
    path("notes/", notes.notes, name="notes"),
    path("notes/bell/", notes.bell, name="bell"),
    path("settings/channels/", channels.channel_list, name="channel_list"),
    path("settings/channels/groups/new/", channels.group_create, name="group_create"),
    path("settings/channels/<int:pk>/", channels.channel_edit, name="channel_edit"),
    path("settings/channels/<int:pk>/use/", channels.channel_use, name="channel_use"),
    path("settings/channels/<int:pk>/stop/", channels.channel_stop, name="channel_stop"),
    path("settings/channels/<int:pk>/address/", channels.channel_address, name="channel_address"),
    path("settings/channels/<int:pk>/address/new/", channels.channel_address_shown, name="channel_address_shown"),
    path("settings/channels/<int:pk>/trial/", channels.channel_trial, name="channel_trial"),
    path("settings/channels/<int:pk>/trials/", channels.channel_trials, name="channel_trials"),
    # Behind call-backs/ stand secrets: hospital_crm.lib.logs keeps them out of the log.
    path("call-backs/wechat/", call_backs.call_back_wechat, name="call_back_wechat"),
    path(
        "call-backs/<sms_provider:provider>/<str:token>/receipts/",
        call_backs.call_back_receipts,
        name="call_back_receipts",
    ),
    path(
        "call-backs/<sms_provider:provider>/<str:token>/replies/",
        call_backs.call_back_replies,
        name="call_back_replies",
    ),
]
