"""``{{ remark.said|said_reason }}`` and ``{{ remark.said|said_remedy }}``: a remark in the reader's language."""

from django import template

from kesher.www import remarks

register = template.Library()
register.filter("said_reason", remarks.reason)
register.filter("said_remedy", remarks.remedy)
