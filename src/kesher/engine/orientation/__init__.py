"""Orientation: from a situation to services in three colours, with reasons, and the next question worth asking.

catalogue = Catalogue(services)                   once, when services or rules change
shares = answers_to_try(catalogue.rules, vocabulary)
result = orient(catalogue, Situation(today, facts, needs, place, languages))
result.groups()                                   by need: results with colour, score in parts, distance
result.results(10)[0].explanation()               why, what is missing, what would change it
question = next_question(result, shares)          None when nothing could change the first ten
result = result.with_answer(question.fact, value)
"""

from kesher.engine.orientation.catalogue import Catalogue, Service, Situation
from kesher.engine.orientation.questions import Question, answers_to_try, next_question
from kesher.engine.orientation.ranking import WEIGHTS, Colour, Group, Orientation, Part, Result, orient

__all__ = [
    "WEIGHTS",
    "Catalogue",
    "Colour",
    "Group",
    "Orientation",
    "Part",
    "Question",
    "Result",
    "Service",
    "Situation",
    "answers_to_try",
    "next_question",
    "orient",
]
