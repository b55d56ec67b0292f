"""What all tests share."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

# No test asserts a time: the machines that run these are slow and shared.
settings.register_profile(
    "verbatim",
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("verbatim")

# What tests say of ranks holds without the sentence model; those that are about it turn it on.
os.environ["VERBATIM_SEMANTIC"] = "off"

# Where make runs in the background, SIGINT is ignored, which the children of tests would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# First those that others import: a plugin is rewritten for its asserts before it is imported.
pytest_plugins = [
    "tests.support.stories",
    "tests.support.databases",
    "tests.support.fetching",
    "tests.support.simulation",
]
