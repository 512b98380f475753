"""Every write about people and departments; one file a subject."""
