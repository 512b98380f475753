"""What the schema of the API calls choices that stand in several serializers, or are called alike."""

ENUM_NAMES = {
    "CallChannel": "consult.models.Call.Channel",
    "CallDisposition": "consult.models.Call.Disposition",
    "ConsentChannel": "patients.models.Consent.Channel",
    "ConsentPurpose": "patients.models.Purpose",
    "ImportKind": "patients.models.Import.Kind",
    "OrganisationKind": "patients.models.Organisation.Kind",
    "OrganisationVisitStatus": "patients.models.OrganisationVisit.Status",
    "RevealPurpose": "patients.models.Reveal.Purpose",
    "ToldToRelatives": "patients.models.Relation.Told",
    "VisitDisposition": "patients.models.Visit.Disposition",
    "VisitKind": "patients.models.Visit.Kind",
    "VisitStatus": "patients.models.Visit.Status",
    "VisitStatusToTell": "patients.serializers.visits.STATUSES",
    "AttemptChannel": "messaging.models.ContactLog.Channel",
    "PromiseKind": "promises.models.Promise.Kind",
    "AttemptOutcome": "followups.models.Attempt.Outcome",
    "DepartmentKind": "accounts.models.Department.Kind",
}
