"""Patients and visits out of files that other systems wrote."""
