"""The vocabulary for reading who works here and what they left behind; one file a subject."""
