"""Of two who work on the words of a template, one waits for the other."""

from messaging.models import MessageTemplate, TemplateVersion


def hold_version(words: TemplateVersion) -> TemplateVersion:
    """As it stands; nobody publishes, edits, retires or renews any of the template's before the transaction ends."""
    MessageTemplate.objects.select_for_update().get(pk=words.template_id)
    return TemplateVersion.objects.select_related("template").get(pk=words.pk)
