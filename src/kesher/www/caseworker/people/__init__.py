"""The caseworker’s pages of people: a list, a new file, a person, and two files of one."""
