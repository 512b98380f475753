from patients.rules import OLDEST_YEARS

from .bulk import BulkAct, BulkRefusal, Selection
from .consents import Consent, ConsentWording, Purpose
from .duplicates import DuplicatePair, MatchKey
from .erased_keys import ErasedKey
from .grants import AccessGrant
from .guardians import GuardianQuestion
from .identifiers import Identifier
from .imports import Import, ImportFault, ImportMapping
from .levels import LevelSweep
from .merges import Merge, MergedRow
from .organisation_contacts import OrganisationContact
from .organisations import Employment, Organisation, OrganisationVisit
from .people import LANGUAGES, Contact, ContactChannel, Patient, ServiceLevel, Sex
from .phones import Phone
from .relations import Relation
from .reveals import Reveal
from .rights import DataRequest, ErasureStep, Kept, KeptRecord, Part
from .tags import PatientTag
from .targets import Target, Targeted, exactly_one, target_fields
from .timeline import TimelineEntry
from .tokens import SearchToken
from .visits import CLIENT_KINDS, CURRENCY, Diagnosis, Operation, Visit
from .watch import ColleagueRecord, LookToCheck

__all__ = (
    "CLIENT_KINDS",
    "CURRENCY",
    "LANGUAGES",
    "OLDEST_YEARS",
    "AccessGrant",
    "BulkAct",
    "BulkRefusal",
    "ColleagueRecord",
    "Consent",
    "ConsentWording",
    "Contact",
    "ContactChannel",
    "DataRequest",
    "Diagnosis",
    "DuplicatePair",
    "Employment",
    "ErasedKey",
    "ErasureStep",
    "GuardianQuestion",
    "Identifier",
    "Import",
    "ImportFault",
    "ImportMapping",
    "Kept",
    "KeptRecord",
    "LevelSweep",
    "LookToCheck",
    "MatchKey",
    "Merge",
    "MergedRow",
    "Operation",
    "Organisation",
    "OrganisationContact",
    "OrganisationVisit",
    "Part",
    "Patient",
    "PatientTag",
    "Phone",
    "Purpose",
    "Relation",
    "Reveal",
    "SearchToken",
    "Selection",
    "ServiceLevel",
    "Sex",
    "Target",
    "Targeted",
    "TimelineEntry",
    "Visit",
    "exactly_one",
    "target_fields",
)
