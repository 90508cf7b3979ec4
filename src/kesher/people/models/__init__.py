"""The tables of a person's file."""

from kesher.people.models.abilities import Often, PersonSkill
from kesher.people.models.attachments import Attachment
from kesher.people.models.consents import Consent, ConsentText
from kesher.people.models.digital import Digital, DigitalSkill
from kesher.people.models.interviews import InterviewPace, InterviewSection
from kesher.people.models.mandates import Mandate
from kesher.people.models.merges import FileMerge
from kesher.people.models.open_files import FILE_ROLES
from kesher.people.models.persons import Access, Person, PersonQuerySet
from kesher.people.models.recognition import Recognition, RecognitionStep
from kesher.people.models.skills import Cefr, LanguageSkill, Qualification
from kesher.people.models.told import Told
from kesher.people.models.wishes import Aspiration, RightToWork, Wish
from kesher.people.models.work import Experience
from kesher.people.models.worries import Worry
from kesher.people.models.youth import Youth

__all__ = [
    "FILE_ROLES",
    "Access",
    "Aspiration",
    "Attachment",
    "Cefr",
    "Consent",
    "ConsentText",
    "Digital",
    "DigitalSkill",
    "Experience",
    "FileMerge",
    "InterviewPace",
    "InterviewSection",
    "LanguageSkill",
    "Mandate",
    "Often",
    "Person",
    "PersonQuerySet",
    "PersonSkill",
    "Qualification",
    "Recognition",
    "RecognitionStep",
    "RightToWork",
    "Told",
    "Wish",
    "Worry",
    "Youth",
]
