from .promises import PromiseViewSet

__all__ = ("PromiseViewSet",)
