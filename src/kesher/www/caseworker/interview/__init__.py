"""The interview: caseworker and person at one screen, each question in the languages of both."""
