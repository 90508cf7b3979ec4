"""Published figures of places for machines: what each indicator is, where its figures are from, and how they were revised.

``parameters`` says what may be asked, ``queries`` what is found, ``shapes`` what an answer looks like and how it is written,
``tables`` streams, ``views`` has one function per operation, ``catalogue`` describes the data sets as DCAT-AP and ``openapi``
all of it.
"""
