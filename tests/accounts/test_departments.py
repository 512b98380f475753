"""Departments: a tree that can be moved but never tied into a knot, and closed only when it is empty."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Department, Staff
from accounts.services import departments as services
from accounts.services import leaving
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from tests import make
from tests.conftest import SignedIn

from .at_once import Meanwhile, on_a_server, with_threads
from .pages import Page, fill, in_english, post_new, send

LIST, NEW = "/departments/", "/departments/new/"
FIELDS = ("name_zh", "name_en", "parent", "kind", "official_code", "head", "deputy", "is_active")


def update(department: Department, *, by: Staff, at: datetime, version: int | None = None, **changes: Any) -> None:
    department.refresh_from_db()
    values = {name: getattr(department, name) for name in FIELDS} | changes
    services.update_department(
        department=department,
        version=department.version if version is None else version,
        values=values,
        actor=by.actor,
        at=at,
    )


def typed(**details: Any) -> dict[str, Any]:
    return {"name_zh": "角膜科", "name_en": "Cornea", "kind": "clinical", "is_active": "on"} | details


def edit_url(department: Department) -> str:
    return reverse("accounts:department_edit", args=[department.pk])


@pytest.fixture
def eye(db: None) -> Department:
    return make.department("眼科", "Eye centre")


@pytest.fixture
def retina(eye: Department) -> Department:
    return make.department("眼底科", "Retina", parent=eye)


@pytest.fixture
def laser(retina: Department) -> Department:
    return make.department("激光室", "Laser room", parent=retina)


def names_below(department: Department) -> set[str]:
    department.refresh_from_db()
    return {row.name_en for row in Department.objects.below(department)}


# ── The tree ─────────────────────────────────────────────────────────────────


def test_list_shows_each_department_before_those_below_it(
    office: Client, laser: Department, retina: Department, eye: Department
) -> None:
    other = make.department("保卫科", "Security", kind="functional")
    make.department("白内障科", "Cataract", parent=eye)
    text = office.get(LIST).content.decode()
    shown = [f'id="department-{row.pk}"' for row in (eye, retina, laser)]
    places = [text.index(mark) for mark in shown]
    assert places == sorted(places)
    assert text.index("Cataract") < text.index("Security")
    assert (eye.level, retina.level, laser.level, other.level) == (0, 1, 2, 0)


def test_below_takes_in_the_department_itself_and_nothing_beside_it(eye: Department, laser: Department) -> None:
    make.department("体检科", "Check-up")
    assert names_below(eye) == {"Eye centre", "Retina", "Laser room"}


def test_moving_takes_everything_below_along(
    eye: Department, retina: Department, laser: Department, frank: Staff, now: datetime
) -> None:
    surgery = make.department("手术部", "Surgery", parent=make.department("医疗部", "Medicine"))
    update(retina, by=frank, at=now, parent=surgery)
    assert names_below(eye) == {"Eye centre"}
    assert names_below(surgery) == {"Surgery", "Retina", "Laser room"}
    laser.refresh_from_db()
    assert (retina.level, laser.level) == (2, 3)


def test_moving_to_the_top_takes_everything_below_along(
    eye: Department, retina: Department, laser: Department, frank: Staff, now: datetime
) -> None:
    update(retina, by=frank, at=now, parent=None)
    assert names_below(retina) == {"Retina", "Laser room"}
    assert names_below(eye) == {"Eye centre"}
    laser.refresh_from_db()
    assert (retina.level, laser.level) == (0, 1)


@pytest.mark.parametrize("below", ["eye", "retina", "laser"])
def test_a_department_never_belongs_to_itself_or_to_one_below_it(
    eye: Department, laser: Department, frank: Staff, now: datetime, below: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(services.DepartmentInsideItself):
        update(eye, by=frank, at=now, parent=request.getfixturevalue(below), name_en="Knot")
    assert names_below(eye) == {"Eye centre", "Retina", "Laser room"}


def test_belonging_to_a_sister_is_no_circle(eye: Department, retina: Department, frank: Staff, now: datetime) -> None:
    sister = make.department("角膜科", "Cornea", parent=eye)
    update(sister, by=frank, at=now, parent=retina)
    assert names_below(retina) == {"Retina", "Cornea"}


# ── Closing ──────────────────────────────────────────────────────────────────


def test_with_active_people_it_cannot_be_closed(
    cataract: Department, alice: Staff, frank: Staff, now: datetime
) -> None:
    with pytest.raises(services.DepartmentInUse):
        update(cataract, by=frank, at=now, is_active=False)
    leaving.deactivate_staff(staff=alice, actor=frank.actor, at=now)
    update(cataract, by=frank, at=now, is_active=False)
    assert not cataract.is_active


def test_with_a_department_in_use_below_it_cannot_be_closed(
    retina: Department, laser: Department, frank: Staff, now: datetime
) -> None:
    with pytest.raises(services.DepartmentInUse):
        update(retina, by=frank, at=now, is_active=False)
    update(laser, by=frank, at=now, is_active=False)
    update(retina, by=frank, at=now, is_active=False)
    assert not retina.is_active


def test_the_name_of_a_closed_department_is_free_again(eye: Department, frank: Staff, now: datetime) -> None:
    update(eye, by=frank, at=now, is_active=False)
    assert make.department("眼科", "Eye clinic").is_active


# ── Audit, versions, submissions ─────────────────────────────────────────────


def test_audit_names_the_changed_fields(eye: Department, frank: Staff, now: datetime) -> None:
    update(eye, by=frank, at=now, name_en="Eye clinic", official_code="A10", kind="clinical")
    verbs = AuditEntry.objects.about(eye).newest_first()
    assert [entry.verb for entry in verbs] == ["department.updated", "department.created"]
    assert verbs[0].fields == ["name_en", "official_code"]


def test_a_stale_version_moves_nothing(eye: Department, retina: Department, frank: Staff, now: datetime) -> None:
    update(retina, by=frank, at=now, name_en="Retina unit")
    with pytest.raises(StaleVersion):
        update(retina, by=frank, at=now, version=1, parent=None)
    assert names_below(eye) == {"Eye centre", "Retina unit"}


def test_same_submission_makes_one_department(frank: Staff, now: datetime) -> None:
    submission = uuid4()
    values = {"name_zh": "眼科", "name_en": "Eye"}
    made = services.create_department(values=values, actor=frank.actor, at=now, submission=submission)
    with pytest.raises(DuplicateSubmission) as again:
        services.create_department(values=values, actor=frank.actor, at=now, submission=submission)
    assert again.value.subject_id == made.pk


# ── The pages ────────────────────────────────────────────────────────────────


def test_official_list_fills_the_form(office: Client) -> None:
    values = Page(office.get(f"{NEW}?official=A03.01")).values
    filled = [values[name][0] for name in ("name_zh", "name_en", "official_code", "kind")]
    assert filled == ["呼吸内科专业", "Respiratory medicine", "A03.01", "clinical"]


def test_an_unknown_official_code_fills_nothing(office: Client) -> None:
    assert Page(office.get(f"{NEW}?official=Z99")).values["name_zh"] == [""]


def test_add_below_fills_the_place_in_the_tree(office: Client, eye: Department) -> None:
    send(office, f"{NEW}?parent={eye.pk}", name_zh="眼底科", name_en="Retina")
    assert Department.objects.get(name_en="Retina").parent == eye


def test_page_sent_twice_answers_with_the_first_result(office: Client) -> None:
    form = typed(submission=str(uuid4()), name_zh="眼科")
    first, again = office.post(NEW, form), office.post(NEW, form, follow=True)
    eye = Department.objects.get(name_zh="眼科")
    assert first["Location"] == f"{LIST}#department-{eye.pk}"
    assert again.redirect_chain == [(f"{LIST}#department-{eye.pk}", 302)]
    assert "This was saved already" in again.content.decode()


def test_page_moves_and_says_why_it_does_not(office: Client, eye: Department, retina: Department) -> None:
    page = Page(send(office, edit_url(eye), parent=retina.pk))
    assert page.errors == {"parent": "A department cannot belong to itself or to a department below it."}
    assert page.values["parent"] == [str(retina.pk)]
    assert send(office, edit_url(retina), parent="").status_code == 302
    assert names_below(eye) == {"Eye centre"}


def test_page_says_why_it_stays_in_use(office: Client, cataract: Department, alice: Staff) -> None:
    page = Page(send(office, edit_url(cataract), is_active=None))
    assert page.alerts == ["People or departments in use still belong to this department. Move them first."]
    cataract.refresh_from_db()
    assert cataract.is_active


@pytest.mark.parametrize("form", ["create", "edit"])
def test_the_deputy_is_somebody_other_than_the_head(
    office: Client, cataract: Department, alice: Staff, form: str
) -> None:
    both = {"head": alice.pk, "deputy": alice.pk}
    answer = post_new(office, NEW, **typed(**both)) if form == "create" else send(office, edit_url(cataract), **both)
    assert Page(answer).errors == {"deputy": "The deputy must be somebody other than the head."}


def test_head_and_deputy_stand_in_the_list(office: Client, cataract: Department, alice: Staff, bob: Staff) -> None:
    assert send(office, edit_url(cataract), head=alice.pk, deputy=bob.pk).status_code == 302
    text = office.get(LIST).content.decode()
    assert "Alice" in text
    assert "Bob" in text


def test_somebody_deactivated_heads_nothing(office: Client, alice: Staff, frank: Staff, now: datetime) -> None:
    leaving.deactivate_staff(staff=alice, actor=frank.actor, at=now)
    assert list(Page(post_new(office, NEW, **typed(head=alice.pk))).errors) == ["head"]


def test_a_taken_name_is_said_at_the_field(office: Client, eye: Department) -> None:
    page = Page(post_new(office, NEW, **typed(name_zh="眼科")))
    assert page.errors == {"name_zh": "A department has this Chinese name already."}


def test_stale_form_shows_both_parents_by_name(
    office: Client, eye: Department, laser: Department, signed_in: SignedIn
) -> None:
    opened = Page(office.get(edit_url(laser))).values
    grace = make.staff("grace", "administrator", second_factor=True)
    send(in_english(signed_in(grace)), edit_url(laser), parent=eye.pk)
    answer = office.post(edit_url(laser), fill(opened, parent=""))
    assert answer.status_code == 409
    assert "Eye centre" in answer.content.decode()
    form = fill(Page(answer).values, **{"pick-parent": "mine"})
    assert office.post(edit_url(laser), form).status_code == 302
    laser.refresh_from_db()
    assert (laser.parent, laser.level) == (None, 0)


def test_only_the_administrator_may(dana: Staff, signed_in: SignedIn, client: Client) -> None:
    assert post_new(signed_in(dana), NEW, **typed()).status_code == 403
    assert post_new(client, NEW, **typed()).status_code == 302
    assert not Department.objects.filter(name_en="Cornea").exists()


# ── At the same moment ───────────────────────────────────────────────────────


def parents() -> dict[str, str]:
    """The name above each department; its path must say the same."""
    rows = Department.objects.select_related("parent")
    assert all(row.path == f"{row.parent.path if row.parent else '/'}{row.pk:06d}/" for row in rows)
    return {row.name_en: row.parent.name_en if row.parent else "" for row in rows}


@on_a_server
@with_threads
def test_two_moves_at_the_same_moment_tie_no_knot(now: datetime) -> None:
    frank = make.staff("frank", "administrator", second_factor=True)
    one, two = make.department("一科", "One"), make.department("二科", "Two")
    as_the_form_read_it = Department.objects.get(pk=one.pk)
    with transaction.atomic():
        update(one, by=frank, at=now, parent=two)
        other = Meanwhile(lambda: update(two, by=frank, at=now, parent=as_the_form_read_it))
        other.wait_until_it_waits()
    assert isinstance(other.outcome(), services.DepartmentInsideItself)
    assert parents() == {"One": "Two", "Two": ""}


@on_a_server
@with_threads
def test_a_department_made_below_one_that_moves_moves_along(now: datetime) -> None:
    frank = make.staff("frank", "administrator", second_factor=True)
    top, moving = make.department("院部", "Top"), make.department("一科", "Moving")
    below = {"name_zh": "二科", "name_en": "Below", "parent": Department.objects.get(pk=moving.pk)}
    with transaction.atomic():
        update(moving, by=frank, at=now, parent=top)
        other = Meanwhile(lambda: services.create_department(values=below, actor=frank.actor, at=now))
        other.wait_until_it_waits()
    other.outcome()
    assert parents() == {"Top": "", "Moving": "Top", "Below": "Moving"}


def test_the_tree_has_at_most_six_levels(frank: Staff, now: datetime) -> None:
    chain = [make.department("一级")]
    for level in "二三四五六":
        chain.append(make.department(f"{level}级", parent=chain[-1]))
    with pytest.raises(services.DepartmentTooDeep):
        make.department("七级", parent=chain[-1])
    other = make.department("别处")
    with pytest.raises(services.DepartmentTooDeep):  # the one below it would be the seventh
        update(chain[0], by=frank, at=now, parent=other)
    assert not Department.objects.filter(name_zh="七级").exists()


def test_a_head_who_has_left_stays_named_until_somebody_else_is(office: Client, frank: Staff, now: datetime) -> None:
    head = make.staff("head")
    department = make.department("有负责人的科", head=head)
    leaving.deactivate_staff(staff=head, actor=frank.actor, at=now)
    page = Page(office.get(reverse("accounts:department_edit", args=[department.pk])))
    assert page.values["head"] == [str(head.pk)]
