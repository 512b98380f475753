"""Figures and findings; page, export and API show the same object."""
