"""The settings of the portal, with a vocabulary of 30 facts. For the server that ``orientation_speed.py`` starts."""

from benchmarks.common.thirty_facts import extend

extend()

from kesher.settings import *  # noqa: F403
