"""`python -m benchmarks [patients]`: how fast the hot paths are, each beside its floor, at several sizes."""
