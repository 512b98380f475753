"""Every write about the hospital itself; one file a subject."""
