"""The vocabulary for reading what is owed; one file a subject."""
