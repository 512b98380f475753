"""Figures; page and API show the same object."""
