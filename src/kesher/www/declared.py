"""The words of the privacy declarations, named once more so that they reach the translators.

Declarations are plain English in the models (they also make the record of processing activities); gettext finds only what
is marked. A test compares this list with the declarations: who adds a declaration adds its words here and translates them.
"""

from django.utils.translation import gettext_noop as _

WORDS: tuple[str, ...] = (
    _("as long as the account"),
    _("as long as the service, location or organisation it belongs to is listed"),
    _("from when"),
    _("in which language"),
    _("in which language to answer"),
    _("kept only as a hash"),
    _("to find accounts nobody uses"),
    _("to know who decided what, when and why"),
    _("to give back what somebody had begun to write"),
    _("to know who loaded what into the directory"),
    _("to know who may do what for which organisation"),
    _("to let people reach the office that helps"),
    _("to let somebody log in and be reached"),
    _("to log in with and to be reached at"),
    _("to mend what is wrong in the directory, and to ask back when somebody wishes it"),
    _("to show in the demo what people would have been sent"),
    _("to show people who looked at their file, and to find misuse"),
    _("to tell people that something waits for them"),
    _("to try a table of services out before it is loaded"),
    _("until when"),
    _("what is wrong, in the visitor's words"),
    _("what it said"),
    _("what it was about"),
    _("what the file says"),
    _("what they do"),
    _("what they wrote about the service"),
    _("what to call them"),
    _("where"),
    _("where to ask back"),
    _("where to write"),
    _("whether they saw it"),
    _("which language to speak to them in"),
    _("which role"),
    _("who acted"),
    _("who loaded it"),
    _("who looked"),
    _("who mended it"),
    _("who wrote it"),
    _("whom it was for"),
    _("whom to ask for"),
    _("whom to tell"),
    _("whose file"),
    _("whose role"),
    _("why they did"),
)
