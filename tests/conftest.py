"""Hypothesis profiles of all tests.

`make test` draws the same examples in every run. `make fuzz` selects the profile `fuzz`, which
draws other examples each time.
"""

from hypothesis import settings

settings.register_profile("test", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("fuzz", max_examples=500, deadline=None, print_blob=True)
settings.load_profile("test")
