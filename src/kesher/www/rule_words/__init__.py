"""Rules in the reader's words: facts, values, conditions and whole rules, for whoever reads them.

A visitor, an officer and the page of a service read the same sentence for the same condition. Sentences are put together
from whole parts with a colon between ("age: at least 18 years"), so that no language has to bend a word for them.

    name_of("age"), said("age", 34)         values        "age", "age: 34 years"
    phrase(condition)                       conditions    "age: at least 18 years"; None where it cannot be said in a line
    rule_in_words(expression)               lines         a whole rule, line below line

``WORDS`` in :mod:`kesher.directory.facts` has the words of each fact.
"""
