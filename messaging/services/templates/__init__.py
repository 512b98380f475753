"""What patients are told: templates by class, purpose and language, their versions, their check."""

from . import purposes

__all__ = ("purposes",)  # named as soon as anybody asks for a template
