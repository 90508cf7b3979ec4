"""How many files say something highly sensitive: a question that those who see no file may ask."""

from django.db import migrations

from kesher.casework.sensitivity import COUNT, CREATE_COUNT, DROP_COUNT


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0011_host_families"),
        ("people", "0014_interview_pace"),
        ("accounts", "0007_auditor_opens_no_files"),
    ]

    operations = [
        migrations.RunSQL([CREATE_COUNT, f"REVOKE ALL ON FUNCTION {COUNT}() FROM PUBLIC"], DROP_COUNT),
    ]
