"""What one can do with a language at each level, in plain sentences that somebody says of themselves.

After the self-assessment grid of the Common European Framework of Reference for Languages (Council of Europe, 2001, table 2):
five skills, six levels, and a first sentence for none. The wording is ours, shorter and in everyday words, so that it can be
read aloud; the levels are the grid's.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.people.models import Cefr, Digital

CAN_DO: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "listening": {
        Cefr.NONE: _("I do not understand anything yet."),
        Cefr.A1: _("I understand single words and short sentences when somebody speaks slowly."),
        Cefr.A2: _("I understand the most important things about family, shopping and work, and short announcements."),
        Cefr.B1: _("I understand the main points when people speak clearly about work, school or free time."),
        Cefr.B2: _("I understand longer talks, and most of the news and films."),
        Cefr.C1: _("I understand long talks, also when not everything is said openly."),
        Cefr.C2: _("I understand everything, also when people speak fast."),
    },
    "reading": {
        Cefr.NONE: _("I cannot read it yet."),
        Cefr.A1: _("I understand names, single words and very simple sentences: on signs, for example."),
        Cefr.A2: _("I read short, simple texts: a timetable, a menu, a short letter."),
        Cefr.B1: _("I understand texts in everyday words about my work, and letters about what people feel and wish."),
        Cefr.B2: _("I read articles and reports, and understand what the writer thinks."),
        Cefr.C1: _("I read long and difficult texts, also about things that are not my trade."),
        Cefr.C2: _("I read everything with ease, also difficult books and contracts."),
    },
    "interaction": {
        Cefr.NONE: _("I cannot talk with anybody in it yet."),
        Cefr.A1: _("I can ask and answer simple questions when the other person speaks slowly and helps me."),
        Cefr.A2: _("I can talk briefly about everyday things, but I cannot keep a talk going."),
        Cefr.B1: _("I manage in most situations, and can join a talk about family, work or travel."),
        Cefr.B2: _("I talk easily with people who grew up with it, and can say why I think something."),
        Cefr.C1: _("I speak freely, at work and with friends, and hardly search for words."),
        Cefr.C2: _("I take part in any talk without effort, and know the sayings too."),
    },
    "production": {
        Cefr.NONE: _("I cannot say anything in it yet."),
        Cefr.A1: _("I can say in simple sentences where I live and whom I know."),
        Cefr.A2: _("I can describe my family, my home, my schooling and my work in simple sentences."),
        Cefr.B1: _("I can tell what happened to me, and say in short why I plan something."),
        Cefr.B2: _("I can speak clearly about many things, and say what speaks for and against."),
        Cefr.C1: _("I can speak clearly and at length about difficult things."),
        Cefr.C2: _("I can speak fluently about anything, in words that fit the listeners."),
    },
    "writing": {
        Cefr.NONE: _("I cannot write it yet."),
        Cefr.A1: _("I can write a short greeting, and fill in a form with my name and address."),
        Cefr.A2: _("I can write short notes and messages, and a simple letter of thanks."),
        Cefr.B1: _("I can write simple texts about what I know, and letters about what I lived through."),
        Cefr.B2: _("I can write clear texts and letters, and say why something matters to me."),
        Cefr.C1: _("I can write clear, well-ordered texts about difficult things."),
        Cefr.C2: _("I can write anything in the right style: difficult letters, reports, articles."),
    },
}

#: The same of a telephone and a computer: after the Digital Competence Framework for Citizens (DigComp 2.2, European
#: Commission, 2022), five areas, and of its levels the three that differ in whether one does it alone. The wording is ours.
CAN_DO_DIGITALLY: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "information": {
        Digital.NONE: _("I do not look for anything with it yet."),
        Digital.HELPED: _("I find something when somebody shows me how."),
        Digital.ALONE: _("I find what I need by myself: a bus, a shop, an office."),
        Digital.OTHERS: _("I can tell whether what I find is true, and show others how."),
    },
    "communication": {
        Digital.NONE: _("I do not send messages yet."),
        Digital.HELPED: _("I send a message, or fill in a form, when somebody helps me."),
        Digital.ALONE: _("I write messages, send pictures and fill in forms by myself."),
        Digital.OTHERS: _("I work together with others online, and help them with it."),
    },
    "creation": {
        Digital.NONE: _("I do not write or make anything with it yet."),
        Digital.HELPED: _("I write a short text or take a picture when somebody helps me."),
        Digital.ALONE: _("I write a letter, a list or a table by myself."),
        Digital.OTHERS: _("I make what others use: a page, a film, a table that calculates."),
    },
    "safety": {
        Digital.NONE: _("I do not know yet how to protect my telephone."),
        Digital.HELPED: _("I have a password, and somebody helps me with it."),
        Digital.ALONE: _("I choose good passwords, and notice when a message wants to cheat me."),
        Digital.OTHERS: _("I know how to protect my telephone and what is stored in it, and help others."),
    },
    "problems": {
        Digital.NONE: _("When it does not work, somebody else must see to it."),
        Digital.HELPED: _("I manage when somebody tells me what to press."),
        Digital.ALONE: _("I try things out, and mostly find what is wrong."),
        Digital.OTHERS: _("Others ask me when theirs does not work."),
    },
}
