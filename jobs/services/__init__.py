"""Every write about long work, its files and the workers' beats; one file a subject."""
