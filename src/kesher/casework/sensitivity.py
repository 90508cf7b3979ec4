"""How many files say something highly sensitive (Israel's privacy law, amendment 13): one number, for who runs it.

Asked of the database as its owner: whoever asks sees none of these files, and gets no row of them. What stands in free words
cannot be counted. Nothing else reads it, and it says of nobody whether they are among them: below five it is not shown.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection

from kesher.base.suppression import Shown, shown

#: From so many on the law asks for a notice to the authority, and for the high level of security.
MANY: Final = 100_000
COUNT: Final = "casework_files_counted"
#: As far as columns tell: health and safety, whether and why somebody may stay, where from, and that a place has the file where
#: being known says something.
_SAYS: Final = """
    EXISTS (SELECT FROM people_worry AS said WHERE said.person_id = file.id AND said.kind IN ('health', 'safety', 'papers'))
    OR EXISTS (SELECT FROM people_righttowork AS said WHERE said.person_id = file.id)
    OR EXISTS (SELECT FROM people_told AS said WHERE said.person_id = file.id AND said.fact IN ('disability', 'status'))
    OR EXISTS (SELECT FROM people_youth AS said WHERE said.person_id = file.id AND said.here_since IS NOT NULL)
    OR EXISTS (SELECT FROM casework_step AS said WHERE said.person_id = file.id AND said.kind = 'health')
    OR EXISTS (SELECT FROM people_access AS said JOIN accounts_organisation AS place ON place.id = said.organisation_id
                WHERE said.person_id = file.id AND (place.sensitive OR place.kind = 'health'))
"""
CREATE_COUNT: Final = f"""
    CREATE FUNCTION {COUNT}(OUT files bigint, OUT sensitive bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT count(*), count(*) FILTER (WHERE {_SAYS}) FROM people_person AS file WHERE file.state = 'active'
    $$
"""  # noqa: S608  # names of ours
DROP_COUNT: Final = f"DROP FUNCTION {COUNT}()"


@dataclass(frozen=True, slots=True)
class Files:
    """Files in use, and those of them that say something highly sensitive; each hidden where it is small."""

    all: Shown
    sensitive: Shown
    is_many: bool


def count() -> tuple[int, int]:
    """Files in use, and how many of them say something highly sensitive."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT files, sensitive FROM {COUNT}()")  # noqa: S608  # a name of ours
        files, sensitive = cursor.fetchone() or (0, 0)
    return files, sensitive


def count_shown() -> Files:
    """The same as it may be shown."""
    files, sensitive = count()
    return Files(shown(files), shown(sensitive), sensitive >= MANY)
