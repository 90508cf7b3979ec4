"""Hebrew: Django's own, which leaves out that thousands are parted (2,350)."""

NUMBER_GROUPING = 3
