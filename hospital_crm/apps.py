from django.apps import AppConfig

from . import checks  # noqa: F401  registers the system checks


class HospitalCrmConfig(AppConfig):
    name = "hospital_crm"
