"""What may be remarked about a file: codes with parameters, and the sentences they stand for (see :mod:`.core`)."""

from kesher.formats.remarks import say, standards
from kesher.formats.remarks.core import REMARKS, Parameter, Remark, Said, brief, marked, placeholders

__all__ = ["REMARKS", "Parameter", "Remark", "Said", "brief", "marked", "placeholders", "say", "standards"]
