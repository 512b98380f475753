from .numbers import IdentifierViewSet, PhoneViewSet
from .patients import PatientViewSet

__all__ = ("IdentifierViewSet", "PatientViewSet", "PhoneViewSet")
