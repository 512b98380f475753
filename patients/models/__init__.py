from patients.rules import OLDEST_YEARS

from .bulk import BulkAct, BulkRefusal, Selection
from .consents import Consent, ConsentWording, Purpose
from .duplicates import DuplicatePair, MatchKey
from .grants import AccessGrant
from .identifiers import Identifier
from .imports import Import, ImportFault, ImportMapping
from .levels import LevelSweep
from .merges import Merge, MergedRow
from .people import LANGUAGES, Contact, ContactChannel, Patient, ServiceLevel, Sex
from .phones import Phone
from .relations import Relation
from .reveals import Reveal
from .tags import PatientTag
from .targets import Targeted, target_fields
from .timeline import TimelineEntry
from .tokens import SearchToken
from .visits import CLIENT_KINDS, CURRENCY, Diagnosis, Operation, Visit

__all__ = (
    "CLIENT_KINDS",
    "CURRENCY",
    "LANGUAGES",
    "OLDEST_YEARS",
    "AccessGrant",
    "BulkAct",
    "BulkRefusal",
    "Consent",
    "ConsentWording",
    "Contact",
    "ContactChannel",
    "Diagnosis",
    "DuplicatePair",
    "Identifier",
    "Import",
    "ImportFault",
    "ImportMapping",
    "LevelSweep",
    "MatchKey",
    "Merge",
    "MergedRow",
    "Operation",
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
    "Targeted",
    "TimelineEntry",
    "Visit",
    "target_fields",
)
