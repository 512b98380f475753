from .numbers import IdentifierViewSet, PhoneViewSet
from .patients import PatientViewSet
from .visits import VisitViewSet

__all__ = ("IdentifierViewSet", "PatientViewSet", "PhoneViewSet", "VisitViewSet")
