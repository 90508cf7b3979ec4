"""The words of the privacy declarations, named once more so that they reach the translators, and how the page orders them.

Declarations are plain English in the models (they also make the record of processing activities); gettext finds only what
is marked. A test compares this file with the declarations: who adds a declaration adds its words here and translates them.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

#: Whom a purpose concerns -> the purposes, in the order of the page: most people find themselves in the first.
PURPOSES: Final[Mapping[str | Promise, tuple[str, ...]]] = {
    gettext_lazy("If you tell us of a mistake"): (
        _("to mend what is wrong in the directory, and to ask back when somebody wishes it"),
    ),
    gettext_lazy("If you ask for a call"): (_("to call somebody back who asked for it"),),
    gettext_lazy("If you have an account"): (
        _("to let somebody log in and be reached"),
        _("to know who may do what for which organisation"),
        _("to tell people that something waits for them"),
        _("to show people who looked at their file, and to find misuse"),
    ),
    gettext_lazy("If an organisation keeps a file about you"): (
        _("to follow a person to the next step, and to an outcome"),
        _("to begin with what matters most to a person"),
        _("to know what a person can do"),
        _("to work towards what a person wants, not towards less"),
        _("to know which work a person can take"),
        _("to know when a permit runs out, before it does"),
        _("to prove what a person has agreed to"),
        _("to know who may see a person's file, and why"),
        _("to know who may act for a person, and since when"),
        _("to undo a merge of two files that were not of one person"),
    ),
    gettext_lazy("If you tell a caseworker of your work"): (
        _("to have a person check which occupation or skill somebody's words mean"),
    ),
    gettext_lazy("If your name stands on a service"): (_("to let people reach the office that helps"),),
    gettext_lazy("If you work on the directory"): (
        _("to know who decided what, when and why"),
        _("to give back what somebody had begun to write"),
        _("to try a table of services out before it is loaded"),
        _("to know who loaded what into the directory"),
        _("to know who wrote and who published what decides whether people are told they may come"),
    ),
    gettext_lazy("If you work with people who look for work"): (
        _("to know who added and who checked what this town calls an occupation or skill"),
    ),
    gettext_lazy("In a demo"): (_("to show in the demo what people would have been sent"),),
}

#: The field after whose moment a row is erased -> that moment, as the end of "Erased 30 days after …".
MOMENTS: Final[Mapping[str, str | Promise]] = {
    "at": gettext_lazy("it was written down"),
    "created_at": gettext_lazy("it was written down"),
    "decided_at": gettext_lazy("it was written down"),
    "updated_at": gettext_lazy("the last change"),
    "closed_at": gettext_lazy("the account is closed"),
    "expires_at": gettext_lazy("the invitation ends"),
    "last_step_at": gettext_lazy("the last step in it"),
}

#: What is kept, and what keeps it.
WORDS: Final[tuple[str, ...]] = (
    _("as long as the account"),
    _("as long as the file"),
    _("as long as the list of local words: who decided it must be found again"),
    _("as long as the rule: who decided it must be found again"),
    _("as long as the service, location or organisation it belongs to is listed"),
    _("certificates"),
    _("good times for a call"),
    _("how and when to reach you safely"),
    _("how you agreed"),
    _("languages, and how well"),
    _("on what grounds"),
    _("other names and spellings"),
    _("schools and qualifications"),
    _("since when"),
    _("the account"),
    _("the date of birth"),
    _("the department"),
    _("the e-mail address"),
    _("the file"),
    _("the identity number, if it was given"),
    _("the language"),
    _("the name"),
    _("the number of the request"),
    _("the occupation or skill that was chosen"),
    _("the password in a form nobody can read"),
    _("the reason given"),
    _("the role"),
    _("the subject"),
    _("the task"),
    _("the telephone number"),
    _("the text"),
    _("the words somebody said of their work"),
    _("the work you have done, in your own words and as an occupation"),
    _("the work you want, in your own words"),
    _("to whom it is written"),
    _("until when"),
    _("what is wrong, in your words"),
    _("what was typed"),
    _("what worries you most"),
    _("what you agreed to, and when"),
    _("what you wrote beside"),
    _("when it passed"),
    _("when the last log-in was"),
    _("when you agreed"),
    _("when you said it"),
    _("where you live"),
    _("whether and until when you may work"),
    _("whether it was read"),
    _("which papers you have"),
    _("which work you can and want to take"),
    _("who agreed"),
    _("who called back"),
    _("who chose"),
    _("who did it"),
    _("who ended it"),
    _("who helps"),
    _("who invited"),
    _("who loaded it"),
    _("who looked"),
    _("who mended it"),
    _("who merged them"),
    _("who published it"),
    _("who says so"),
    _("who says that it is right"),
    _("who undid it"),
    _("who wrote it down"),
    _("who wrote it"),
    _("whom you look after"),
    _("whose agreement"),
    _("whose file"),
    _("whose role"),
    _("whose worry"),
)
