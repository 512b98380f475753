from accounts.models import Actor, Staff


def staff_actor(staff: Staff) -> Actor:
    """The actor that stands for this person; made together with the person."""
    return Actor.objects.get_or_create(kind=Actor.Kind.STAFF, staff=staff)[0]


def system_actor(code: str) -> Actor:
    """The actor for what the system does by itself, e.g. "reminders"."""
    return Actor.objects.get_or_create(kind=Actor.Kind.SYSTEM, code=code)[0]
