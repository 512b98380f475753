from accounts.models import Actor, Staff


def staff_actor(staff: Staff) -> Actor:
    """The actor that stands for this person; made together with the person."""
    return Actor.objects.get_or_create(kind=Actor.Kind.STAFF, staff=staff)[0]


def system_actor(code: str) -> Actor:
    """The actor for what the system does by itself, e.g. "reminders"."""
    return Actor.objects.get_or_create(kind=Actor.Kind.SYSTEM, code=code)[0]


def link_actor(code: str) -> Actor:
    """The actor for what patients do by a link in a message, e.g. "stop_link"; who it was stands with what was done."""
    return Actor.objects.get_or_create(kind=Actor.Kind.LINK, code=code)[0]


def integration_actor(code: str) -> Actor:
    """The actor for what another system tells us, e.g. "aliyun"."""
    return Actor.objects.get_or_create(kind=Actor.Kind.INTEGRATION, code=code)[0]
