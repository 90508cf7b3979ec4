"""The directory for machines, as Open Referral's HSDS API (https://docs.openreferral.org/), versions 3.1.1 and 3.0.

``versions`` says what differs between the two, ``parameters`` what may be asked, ``queries`` what is found, ``pages`` how
it is cut into pages or streamed, ``views`` has one function per operation and ``openapi`` describes them all.
"""
