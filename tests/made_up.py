"""Hypothesis makes up values for properties that hold of all of them: few, and in every run the same.

It would also try the constants of whatever modules happen to be loaded, which takes seconds and lets the order of tests
decide what is tried. `-p no:hypothesispytest` in pyproject.toml leaves out its pytest plugin, which looks at every
test; its own decorators need none.
"""

from hypothesis import configuration, settings
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers

from tools.steps import BUILD

configuration.set_hypothesis_home_dir(BUILD / "hypothesis")  # its tables of characters; no examples are kept
charmap.charmap()  # these tables, which the first run works out for seconds: before any test and not in one
providers._get_local_constants = lambda: providers._local_constants  # none

FEW = settings(derandomize=True, database=None, deadline=None, max_examples=50)
