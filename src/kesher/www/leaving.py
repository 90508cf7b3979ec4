"""Where "leave quickly" leads in the end: a page anybody might be reading, which says nothing about where one has been."""

QUICK_EXIT = "https://www.wikipedia.org/"
