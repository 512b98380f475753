"""What helps to find the demo hospital's people: tags, views of lists, and an act that was done for several of them."""

from datetime import datetime, timedelta

from accounts.services.saved_views import save_view
from institution.models import ReferenceItem
from patients.models import Patient
from patients.services.bulk_acts import run_next_act
from patients.services.bulk_tags import TAGS, request_tags
from patients.services.selections import choose_patients
from patients.services.tags import tag_patient

from .people import Hospital

# Of whom (by rank), which tags.
TAGGED = (
    (0, ("lives_alone", "large_print")),
    (3, ("hard_of_hearing",)),
    (9, ("wheelchair", "hard_of_hearing")),
    (12, ("lives_alone",)),
    (28, ("interpreter", "comes_from_afar")),
)
FROM_AFAR = (6, 16, 23)  # whom the manager has tagged at once
# Whose view, of which list, its name and its query.
VIEWS = (
    (
        "manager",
        "patients:patient_list",
        "服务级别优先",
        "columns=level%2Ctags%2Cdepartment%2Cphone%2Clast_contact&sort=level",
    ),
    ("manager", "promises:promise_list", "逾期", "state=late"),
    ("line", "patients:patient_list", "A 级服务", "level=a"),
    ("line", "promises:promise_list", "我的待办", "state=open&whose=mine"),
)


def seed_segments(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """Some are tagged, three of them by one act; the manager and the line have views of their own."""
    tags = {tag.code: tag for tag in ReferenceItem.objects.of_list("patient_tag")}
    desk, manager = hospital.people["desk"], hospital.people["manager"]
    for rank, codes in TAGGED:
        put = [tags[code] for code in codes]
        tag_patient(patient=patients[rank], tags=put, actor=desk.actor, at=at - timedelta(days=2))
    chosen = choose_patients(staff=manager, keys=[patients[rank].pk for rank in FROM_AFAR], at=at)
    request_tags(selection=chosen, on=[tags["comes_from_afar"]], staff=manager, at=at)
    run_next_act(TAGS, now=lambda: at)
    for owner, route, name, query in VIEWS:
        save_view(staff=hospital.people[owner], list_name=route, name=name, query=query, at=at)
