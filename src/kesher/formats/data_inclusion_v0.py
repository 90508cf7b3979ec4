"""The first version of data·inclusion's schema, which files written before 2026 still follow.

The package ``data-inclusion-schema`` no longer holds it, so its fields and small vocabularies are typed here from the
published schema (https://github.com/gip-inclusion/data-inclusion, MIT licence). Properties give each record the names
that version 1 has for the same thing, so that one translation serves both.
"""

from datetime import date
from typing import Annotated

from data_inclusion.schema import common
from pydantic import BaseModel, BeforeValidator, EmailStr, Field, HttpUrl, StringConstraints, field_validator

from kesher.formats.records import Text

FEES = {
    "adhesion": "Adhésion",
    "gratuit": "Gratuit",
    "gratuit-sous-conditions": "Gratuit sous conditions",
    "pass-numerique": "Accepte le pass numérique",
    "payant": "Payant",
}
DELIVERY_MODES = {"a-distance": "À distance", "en-presentiel": "En présentiel"}
REFERRAL_MODES = {
    "autre": "Autre",
    "completer-le-formulaire-dadhesion": "Compléter le formulaire d’adhésion",
    "envoyer-un-mail": "Envoyer un courriel",
    "envoyer-un-mail-avec-une-fiche-de-prescription": "Envoyer un courriel avec une fiche de prescription",
    "prendre-rdv": "Prendre rendez-vous",
    "se-presenter": "Se présenter",
    "telephoner": "Téléphoner",
}
PROFILES = {
    "adultes": "Adultes",
    "alternants": "Alternants",
    "beneficiaires-rsa": "Bénéficiaires du Revenu de Solidarité Active (RSA)",
    "deficience-visuelle": "Déficience visuelle",
    "demandeurs-demploi": "Demandeurs ou demandeuses d’emploi",
    "etudiants": "Étudiants",
    "familles-enfants": "Familles/enfants",
    "femmes": "Femmes",
    "handicaps-mentaux": "Handicaps mentaux : déficiences limitant les activités d’une personne",
    "handicaps-psychiques": "Handicaps psychiques : troubles donnant lieu à des atteintes comportementales",
    "jeunes": "Jeunes",
    "jeunes-16-26": "Jeunes (16-26 ans)",
    "locataires": "Locataires",
    "personnes-de-nationalite-etrangere": "Personnes de nationalité étrangère",
    "personnes-en-situation-de-handicap": "Personnes en situation de handicap",
    "personnes-en-situation-durgence": "Personnes en situation d’urgence",
    "personnes-en-situation-illettrisme": "Personnes en situation d’illettrisme",
    "personnes-handicapees": "Personnes handicapées",
    "proprietaires": "Propriétaires",
    "public-langues-etrangeres": "Public langues étrangères",
    "retraites": "Retraités",
    "salaries": "Salariés",
    "sans-domicile-fixe": "Sans domicile fixe",
    "seniors-65": "Seniors (+ 65 ans)",
    "sortants-de-detention": "Sortants de détention",
    "surdite": "Surdité",
    "tous-publics": "Tous publics",
    "victimes": "Victimes",
}
SERVICE_TYPES = {
    "accompagnement": "Accompagnement",
    "accueil": "Accueil",
    "aide-financiere": "Aide financière",
    "aide-materielle": "Aide matérielle",
    "atelier": "Atelier",
    "autonomie": "En autonomie",
    "delegation": "Délégation",
    "financement": "Financement",
    "formation": "Formation",
    "information": "Information",
    "numerique": "Service numérique",
}
ZONE_SCHEMES = {
    "commune": "insee-commune",
    "departement": "insee-departement",
    "epci": "insee-epci",
    "region": "insee-region",
    "pays": "insee-pays",
}


def _one_of(codes: dict[str, str]) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in codes:
            raise ValueError(f"Valeur inconnue ; valeurs admises : {', '.join(codes)}.")
        return value

    return BeforeValidator(check)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-{1,2}[a-z0-9]+)*$", max_length=200)]
"""A theme or label: its list is long and was changed often, so its form is checked, not its membership."""


class _Place(BaseModel):
    commune: str | None = None
    code_postal: common.CodePostal | None = None
    code_insee: common.CodeCommune | None = None
    adresse: str | None = None
    complement_adresse: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    telephone: str | None = None
    courriel: EmailStr | None = None
    lien_source: HttpUrl | None = None
    presentation_resume: Annotated[str, Field(max_length=1_000)] | None = None
    presentation_detail: Annotated[str, Field(max_length=20_000)] | None = None

    @property
    def description(self) -> str | None:
        short, long = self.presentation_resume, self.presentation_detail
        if short and long and not long.startswith(short.rstrip("…. ")):
            return f"{short}\n\n{long}"
        return long or short


class Structure(_Place):
    source: str
    id: str
    nom: Annotated[str, Field(min_length=1)]
    date_maj: date
    siret: common.CodeSiret | None = None
    rna: common.CodeRna | None = None
    typologie: Slug | Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{2,20}$")] | None = None
    site_web: HttpUrl | None = None
    horaires_ouverture: str | None = None
    accessibilite: HttpUrl | None = None
    labels_nationaux: set[Slug] | None = None
    thematiques: set[Slug] | None = None

    @field_validator("date_maj", mode="before")
    @classmethod
    def day_of_a_moment(cls, value: object) -> object:
        return value[:10] if isinstance(value, str) and len(value) > 10 and value[10] in "T " else value

    @property
    def horaires_accueil(self) -> str | None:
        return self.horaires_ouverture

    @property
    def accessibilite_lieu(self) -> HttpUrl | None:
        return self.accessibilite

    @property
    def reseaux_porteurs(self) -> set[str]:
        return set()


class Service(_Place):
    source: str
    id: str
    structure_id: str
    nom: Annotated[str, Field(min_length=1)]
    date_maj: date | None = None
    types: set[Annotated[str, _one_of(SERVICE_TYPES)]] | None = None
    thematiques: set[Slug] | None = None
    frais: set[Annotated[str, _one_of(FEES)]] | None = None
    frais_autres: str | None = None
    profils: set[Annotated[str, _one_of(PROFILES)]] | None = None
    profils_precisions: str | None = None
    pre_requis: list[str] | None = None
    justificatifs: list[str] | None = None
    formulaire_en_ligne: HttpUrl | None = None
    prise_rdv: HttpUrl | None = None
    recurrence: str | None = None
    date_creation: date | None = None
    date_suspension: date | None = None
    contact_public: bool | None = None
    contact_nom_prenom: str | None = None
    modes_accueil: set[Annotated[str, _one_of(DELIVERY_MODES)]] | None = None
    zone_diffusion_type: Annotated[str, _one_of(ZONE_SCHEMES)] | None = None
    zone_diffusion_code: Annotated[str, StringConstraints(pattern=r"^\w{2,9}$")] | None = None
    zone_diffusion_nom: str | None = None
    modes_orientation_accompagnateur: set[Annotated[str, _one_of(REFERRAL_MODES)]] | None = None
    modes_orientation_accompagnateur_autres: str | None = None
    modes_orientation_beneficiaire: set[Annotated[str, _one_of(REFERRAL_MODES)]] | None = None
    modes_orientation_beneficiaire_autres: str | None = None

    @field_validator("date_maj", "date_creation", "date_suspension", mode="before")
    @classmethod
    def day_of_a_moment(cls, value: object) -> object:
        return value[:10] if isinstance(value, str) and len(value) > 10 and value[10] in "T " else value

    @property
    def frais_precisions(self) -> str | None:
        return self.frais_autres

    @property
    def publics_precisions(self) -> str | None:
        return self.profils_precisions

    @property
    def conditions_acces(self) -> str | None:
        return "\n".join(self.pre_requis or ()) or None

    @property
    def lien_mobilisation(self) -> HttpUrl | None:
        return self.formulaire_en_ligne or self.prise_rdv

    @property
    def mobilisation_precisions(self) -> str | None:
        said = (self.modes_orientation_beneficiaire_autres, self.modes_orientation_accompagnateur_autres)
        return "\n".join(words for words in said if words) or None

    @property
    def horaires_accueil(self) -> str | None:
        return self.recurrence

    @property
    def volume_horaire_hebdomadaire(self) -> None:
        return None

    @property
    def nombre_semaines(self) -> None:
        return None


def humanised(slug: str) -> Text:
    """Words for a theme of which only the code is known: ``mobilite--aides-a-la-reprise`` -> ``Aides a la reprise``."""
    words = slug.rpartition("--")[2].replace("-", " ")
    return {"fr": words[:1].upper() + words[1:]}
