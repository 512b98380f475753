from .attempts import Attempt

__all__ = ("Attempt",)
