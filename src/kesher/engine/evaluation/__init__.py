"""Did it work? Effects of programmes from tables of persons, with the checks without which nothing may be said.

``study`` answers one question whole: table and design in, effect, checks, verdict and allowed words out. The modules
below it are the parts: ``randomised`` (a lot, regression, outcome model), ``instrument`` (offers not all took up),
``weighting`` (entropy balancing, AIPW), ``over_time`` (difference-in-differences, monitoring), ``cutoff`` (regression
discontinuity), ``checks``, ``answers`` (per 100, cost, words), ``pooling`` and ``network`` (many studies).

What no method here can do: make a comparison fair that is not. The ladder of words is therefore part of the answer.
"""
