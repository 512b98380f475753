"""The people and places of the demo hospital come into being. Every row is written through the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Actor, Department, Staff, Team
from accounts.official import official_departments
from accounts.services.absences import record_absence
from accounts.services.actors import system_actor
from accounts.services.departments import create_department, update_department
from accounts.services.staff import create_staff
from accounts.services.teams import create_team
from institution.models import HospitalProfile
from institution.services.profile import update_profile

from .cast import COLLEAGUES, ON_LINE, PASSWORD, PEOPLE, PLACES, PROFILE, TEAMS

SEEDER = "demo"


@dataclass(frozen=True)
class Hospital:
    """Who and what the demo's work refers to, by the keys of the tables in `cast`."""

    actor: Actor
    people: dict[str, Staff]
    places: dict[str, Department]
    teams: dict[str, Team]

    @property
    def on_line(self) -> list[Staff]:
        return [self.people[key] for key in ON_LINE]

    @property
    def clinics(self) -> list[Department]:
        return [self.places[place.key] for place in PLACES if place.kind == "clinical"]


def seed_people(*, at: datetime) -> Hospital:
    """Profile, departments, one account a role and a dozen colleagues, two teams, one colleague away."""
    actor = system_actor(SEEDER)
    profile = HospitalProfile.objects.get()
    update_profile(profile=profile, version=profile.version, values=PROFILE, actor=actor, at=at)
    places = _seed_departments(actor, at)
    people = _seed_people(places, actor, at)
    _appoint_heads(places, people, actor, at)
    teams = _seed_teams(people, actor, at)
    today = timezone.localdate(at)
    record_absence(
        staff=people["adviser"],
        starts_on=today,
        ends_on=today + timedelta(days=2),
        deputy=people["complaint"],
        actor=actor,
        at=at,
    )
    return Hospital(actor, people, places, teams)


def is_seeded() -> bool:
    return Actor.objects.filter(code=SEEDER).exists()


def _seed_departments(actor: Actor, at: datetime) -> dict[str, Department]:
    places: dict[str, Department] = {}
    for place in PLACES:
        if place.official_code and place.official_code not in official_departments():
            raise LookupError(place.official_code)
        places[place.key] = create_department(
            values={
                "name_zh": place.name_zh,
                "name_en": place.name_en,
                "official_code": place.official_code,
                "kind": place.kind,
                "parent": places.get(place.parent),
            },
            actor=actor,
            at=at,
        )
    return places


def _seed_people(places: dict[str, Department], actor: Actor, at: datetime) -> dict[str, Staff]:
    return {
        person.username: create_staff(
            username=person.username,
            display_name=person.name_zh,
            display_name_en=person.name_en,
            employee_number=person.number,
            extension=person.extension,
            department=places[person.department],
            roles=[person.role],
            password=PASSWORD,
            must_change_password=False,
            actor=actor,
            at=at,
        )
        for person in (*PEOPLE, *COLLEAGUES)
    }


def _appoint_heads(places: dict[str, Department], people: dict[str, Staff], actor: Actor, at: datetime) -> None:
    for place in PLACES:
        department = places[place.key]
        update_department(
            department=department,
            version=department.version,
            values={
                "head": people.get(place.head),
                "deputy": people.get(place.deputy),
                "parent": department.parent,
                "is_active": True,
            },
            actor=actor,
            at=at,
        )


def _seed_teams(people: dict[str, Staff], actor: Actor, at: datetime) -> dict[str, Team]:
    return {
        key: create_team(
            values={"name_zh": name_zh, "name_en": name_en, "lead": people[lead]},
            members=[people[member] for member in members],
            actor=actor,
            at=at,
        )
        for key, name_zh, name_en, lead, members in TEAMS
    }
