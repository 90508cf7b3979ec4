"""What figures need of each referral, kept beside the trail: a town's are counted from narrow rows (docs/decisions/0055)."""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

from kesher.base.rows import ProtectRows
from kesher.people.purposes import COUNTED

TABLE = "referrals_figurerow"
#: Events that change a row. What they mean is said once, in FROM_TRAIL.
OF_REFERRAL = (
    "referral.send",
    "referral.accept",
    "referral.reject",
    "referral.first contact",
    "referral.finish",
    "referral.cannot finish",
    "referral.withdraw",
    "referral.consent withdrawn",
    "referral.entered in error",
)
OF_QUESTION = ("follow_up.asked", "follow_up.answered")


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


#: One referral's row, from its whole trail; none where it was not sent, or by mistake. The columns are in the table's order.
FROM_TRAIL = f"""
CREATE FUNCTION referrals_figure_from_trail(asked uuid) RETURNS SETOF {TABLE}
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT sent.about_id, (sent.data->>'sender')::uuid, (sent.data->>'receiver')::uuid, (sent.data->>'service')::uuid,
           (SELECT referral.person_id FROM referrals_referral AS referral WHERE referral.id = asked),
           sent.at, told.answered_at, told.accepted, told.contacted, COALESCE(told.ended, ''),
           COALESCE(told.reasons, '{{}}'), COALESCE(said.helped, '{{}}')
      FROM (
            SELECT event.about_id, event.at, event.data FROM base_event AS event
             WHERE event.about_id = asked AND event.name = 'referral.send'
               AND event.data->>'sender' IS NOT NULL AND event.data->>'receiver' IS NOT NULL
               AND event.data->>'service' IS NOT NULL
             ORDER BY event.id DESC LIMIT 1
      ) AS sent
     CROSS JOIN (
            SELECT (array_agg(event.at ORDER BY event.id) FILTER (
                       WHERE event.name IN ('referral.accept', 'referral.reject')))[1] AS answered_at,
                   COALESCE(bool_or(event.name = 'referral.accept'), false) AS accepted,
                   COALESCE(bool_or(event.name = 'referral.first contact'), false) AS contacted,
                   COALESCE(bool_or(event.name = 'referral.entered in error'), false) AS mistaken,
                   (array_agg(event.name ORDER BY event.id DESC) FILTER (
                       WHERE event.name IN ('referral.reject', 'referral.finish', 'referral.cannot finish',
                                            'referral.withdraw', 'referral.consent withdrawn')))[1] AS ended,
                   array_agg(event.reason ORDER BY event.id) FILTER (
                       WHERE event.name IN ('referral.reject', 'referral.cannot finish') AND event.reason <> '') AS reasons
              FROM base_event AS event WHERE event.about_id = asked
      ) AS told
     CROSS JOIN (
            SELECT jsonb_object_agg(answer.day, COALESCE(answer.said, '')) AS helped
              FROM (
                    SELECT event.data->>'day' AS day,
                           (array_agg(event.data->>'answer' ORDER BY event.id DESC) FILTER (
                               WHERE event.data->>'answer' <> ''))[1] AS said
                      FROM base_event AS event
                     WHERE event.data->>'referral' = asked::text AND event.name IN ({_list(OF_QUESTION)})
                       AND event.data->>'day' IS NOT NULL
                     GROUP BY 1
              ) AS answer
      ) AS said
     WHERE NOT told.mistaken
$$
"""  # noqa: S608  # names of ours

#: The row is told anew from the trail and never reckoned further, so it cannot be wrong by more than the trail. Two who write at
#: once wait for one another before they read, and read what the other has written.
TOLD = f"""
CREATE FUNCTION referrals_figure_told() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked uuid;
BEGIN
    IF NEW.name IN ({_list(OF_QUESTION)}) THEN
        asked := (NEW.data->>'referral')::uuid;
    ELSE
        asked := NEW.about_id;
    END IF;
    PERFORM FROM {TABLE} AS before WHERE before.referral_id = asked FOR UPDATE;
    INSERT INTO {TABLE} AS before SELECT * FROM referrals_figure_from_trail(asked)
        ON CONFLICT (referral_id) DO UPDATE SET
            sender_id = EXCLUDED.sender_id, receiver_id = EXCLUDED.receiver_id, service_id = EXCLUDED.service_id,
            person_id = EXCLUDED.person_id, sent_at = EXCLUDED.sent_at, answered_at = EXCLUDED.answered_at,
            accepted = EXCLUDED.accepted, contacted = EXCLUDED.contacted, ended = EXCLUDED.ended,
            reasons = EXCLUDED.reasons, helped = EXCLUDED.helped;
    IF NOT FOUND THEN
        DELETE FROM {TABLE} AS before WHERE before.referral_id = asked;
    END IF;
    RETURN NULL;
END
$$
"""  # noqa: S608

#: Whose it is: two files become one, one is erased.
WHOSE = f"""
CREATE FUNCTION referrals_figure_whose() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE {TABLE} SET person_id = NULL WHERE referral_id = OLD.id;
    ELSE
        UPDATE {TABLE} SET person_id = NEW.person_id WHERE referral_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$
"""  # noqa: S608

#: How many were sent from then on, by receiver and service. ``among``: those that these sent or received, all of them, each
#: once; else the town's, and of these how many of people who agree to be counted in this moment. Both are read from indexes
#: alone, the second of two in the order of people side by side: a hash of everybody who agreed is asked for each referral, and
#: takes twice as long.
SENT = f"""
CREATE FUNCTION referrals_figures_sent(since timestamptz, among uuid[], untold uuid[])
RETURNS TABLE (receiver uuid, service uuid, counted bigint, of_all bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_hashjoin = off AS $$
BEGIN
    IF among IS NULL THEN
        RETURN QUERY
            SELECT whole.receiver_id, whole.service_id, COALESCE(agree.many, 0), whole.many
              FROM (
                    SELECT figure.receiver_id, figure.service_id, count(*) AS many FROM {TABLE} AS figure
                     WHERE figure.sent_at >= since AND figure.receiver_id <> ALL (untold) GROUP BY 1, 2
              ) AS whole
              LEFT JOIN (
                    SELECT figure.receiver_id, figure.service_id, count(*) AS many FROM {TABLE} AS figure
                     WHERE figure.sent_at >= since AND {COUNTED.format(person="figure.person_id")} GROUP BY 1, 2
              ) AS agree ON agree.receiver_id = whole.receiver_id AND agree.service_id = whole.service_id;
    ELSE
        RETURN QUERY
            SELECT figure.receiver_id, figure.service_id, count(*), count(*) FROM {TABLE} AS figure
             WHERE figure.sent_at >= since AND figure.receiver_id <> ALL (untold)
               AND (figure.sender_id = ANY (among) OR figure.receiver_id = ANY (among)) GROUP BY 1, 2;
    END IF;
END
$$
"""  # noqa: S608

#: Of these lines: how many fared alike, counted or not; and after how many microseconds each that is counted was answered.
TALLIED = f"""
CREATE FUNCTION referrals_figures_tallied(
    since timestamptz, silent_since timestamptz, among uuid[], receivers uuid[], services uuid[]
)
RETURNS TABLE (receiver uuid, service uuid, counted boolean, accepted boolean, contacted boolean, ended text,
               silent boolean, reasons text[], helped jsonb, many bigint, waited bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT one.receiver_id, one.service_id, one.counted, one.accepted, one.contacted, one.ended::text,
               one.sent_at <= silent_since, one.reasons, one.helped, count(*),
               array_agg((EXTRACT(epoch FROM one.answered_at - one.sent_at) * 1000000)::bigint)
                   FILTER (WHERE one.counted AND one.answered_at IS NOT NULL)
          FROM (
                SELECT figure.*, (among IS NOT NULL OR {COUNTED.format(person="figure.person_id")}) AS counted
                  FROM unnest(receivers, services) AS line (receiver, service)
                  JOIN {TABLE} AS figure ON figure.receiver_id = line.receiver AND figure.service_id = line.service
                 WHERE figure.sent_at >= since
                   AND (among IS NULL OR figure.sender_id = ANY (among) OR figure.receiver_id = ANY (among))
                OFFSET 0
          ) AS one
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
END
$$
"""  # noqa: S608

#: All rows from the trail: once for what was there before this migration, and where rows were written past all triggers.
ANEW = f"""
CREATE FUNCTION referrals_figures_anew() RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    DELETE FROM {TABLE};
    INSERT INTO {TABLE} SELECT figure.* FROM (
        SELECT DISTINCT event.about_id FROM base_event AS event
         WHERE event.name = 'referral.send' AND event.at > now() - interval '2 years'
    ) AS sent CROSS JOIN LATERAL referrals_figure_from_trail(sent.about_id) AS figure;
$$
"""  # noqa: S608

#: In the trail a question stands under its own key.
INDEX = f"CREATE INDEX event_follow_up_of ON base_event ((data->>'referral')) WHERE name IN ({_list(OF_QUESTION)})"
TRIGGERS = (
    "CREATE TRIGGER figures_told AFTER INSERT ON base_event FOR EACH ROW"
    f" WHEN (NEW.name IN ({_list(OF_REFERRAL + OF_QUESTION)})) EXECUTE FUNCTION referrals_figure_told()",
    "CREATE TRIGGER figures_whose AFTER UPDATE OF person_id ON referrals_referral FOR EACH ROW"
    " WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION referrals_figure_whose()",
    "CREATE TRIGGER figures_of_nobody AFTER DELETE ON referrals_referral FOR EACH ROW"
    " EXECUTE FUNCTION referrals_figure_whose()",
)
#: What runs as the owner is called by nobody but the application, and the last by the owner.
FUNCTIONS = {
    "referrals_figure_from_trail": "uuid",
    "referrals_figure_told": "",
    "referrals_figure_whose": "",
    "referrals_figures_sent": "timestamptz, uuid[], uuid[]",
    "referrals_figures_tallied": "timestamptz, timestamptz, uuid[], uuid[], uuid[]",
    "referrals_figures_anew": "",
}


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0006_contexts_are_written_by_the_owner"),
        ("people", "0016_counted_in_an_index"),
        ("referrals", "0010_told_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="FigureRow",
            fields=[
                ("referral_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("sender_id", models.UUIDField(editable=False)),
                ("receiver_id", models.UUIDField(editable=False)),
                ("service_id", models.UUIDField(editable=False)),
                ("person_id", models.UUIDField(editable=False, null=True)),
                ("sent_at", models.DateTimeField(editable=False)),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                ("accepted", models.BooleanField(editable=False)),
                ("contacted", models.BooleanField(editable=False)),
                ("ended", models.CharField(blank=True, editable=False, max_length=100)),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, editable=False, size=None
                    ),
                ),
                ("helped", models.JSONField(default=dict, editable=False)),
            ],
            options={
                "ordering": ["referral_id"],
                "indexes": [
                    models.Index(fields=["receiver_id", "service_id", "sent_at"], name="figure_row_of_line"),
                    models.Index(fields=["sender_id", "sent_at"], name="figure_row_of_sender"),
                    models.Index(
                        fields=["person_id"], include=["receiver_id", "service_id", "sent_at"], name="figure_row_whose"
                    ),
                    models.Index(fields=["sent_at"], name="figure_row_sent"),
                ],
            },
        ),
        # what happens to a referral stays on the row's page; a page that was vacuumed is counted from indexes alone
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02,"
            " autovacuum_vacuum_insert_scale_factor = 0.02)",
            migrations.RunSQL.noop,
        ),
        # its triggers and functions run as the owner
        ProtectRows(
            TABLE,
            "(SELECT pg_catalog.pg_get_userbyid(relowner) FROM pg_catalog.pg_class"
            f" WHERE oid = '{TABLE}'::regclass) = current_user",
        ),
        migrations.RunSQL(
            [
                "DROP FUNCTION referrals_counted(timestamptz)",
                FROM_TRAIL,
                TOLD,
                WHOSE,
                SENT,
                TALLIED,
                ANEW,
                INDEX,
                *TRIGGERS,
                "SELECT referrals_figures_anew()",
            ]
            + [f"REVOKE ALL ON FUNCTION {name}({of}) FROM PUBLIC" for name, of in FUNCTIONS.items()],
            [
                "DROP TRIGGER figures_told ON base_event",
                "DROP TRIGGER figures_whose ON referrals_referral",
                "DROP TRIGGER figures_of_nobody ON referrals_referral",
                "DROP INDEX event_follow_up_of",
                *(f"DROP FUNCTION {name}({of})" for name, of in FUNCTIONS.items()),
                import_module("kesher.referrals.migrations.0006_counted").FUNCTION,
                "REVOKE ALL ON FUNCTION referrals_counted(timestamptz) FROM PUBLIC",
            ],
        ),
    ]
