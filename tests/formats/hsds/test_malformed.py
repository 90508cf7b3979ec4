# ruff: noqa: E501 - one line for each fault reads best
"""Broken input of every kind: it is refused with its place, and nothing else is ever raised."""

import io
import json
import zipfile
import zlib

import pytest

from kesher.formats.files import Limits
from kesher.formats.hsds import read
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import REMARKS

SERVICE = {"id": "s1", "name": "Course", "status": "active"}
CSV = "id,name,organization_id\ns1,Course,\n"


def exhaust(path, **options):
    """All services of ``path`` and all refusals, every iterator having been read to its end."""
    reading = read(path, **options)
    for records in (reading.taxonomies, reading.terms, reading.organisations, reading.programmes, reading.locations):
        list(records)
    return list(reading.services), reading.refusals


def zipped(members, *, flags=0, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    data = buffer.getvalue()
    if flags:  # the bit that says "encrypted", in the local and in the central header
        data = bytearray(data)
        data[6] |= flags
        data[data.index(b"PK\x01\x02") + 8] |= flags
    return bytes(data)


def corrupted(data, mark=b"Course"):
    """A stored zip whose content was changed after its checksum was taken."""
    return data.replace(mark, b"Coarse", 1)


def stored(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def dump(value):
    return json.dumps(value).encode()


def service(**fields):
    return dump(SERVICE | fields)


# What cannot be read at all: file name, bytes, code of the remark.
UNREADABLE = {
    "empty file": ("a.json", b"", "file-empty"),
    "white space": ("a.json", b" \n\t ", "file-empty"),
    "not json": ("a.json", b"hello", "json-wrong"),
    "cut in an object": ("a.json", service()[:-9], "json-cut"),
    "cut in a list": ("a.json", b"[" + service() + b",", "json-cut"),
    "cut in a string": ("a.json", b'{"id": "s1', "json-wrong"),
    "cut after a key": ("a.json", b'{"id"', "json-cut"),
    "no comma": ("a.json", b"[" + service() + service() + b"]", "json-wrong"),
    "after the list": ("a.json", b"[] []", "json-wrong"),
    "single quotes": ("a.json", b"{'id': 's1'}", "json-wrong"),
    "an empty object": ("a.json", b"{}", "no-hsds-object"),
    "an empty list": ("a.json", b"[]", "no-hsds-object"),
    "a list of numbers": ("a.json", b"[1, 2, 3]", "no-hsds-object"),
    "something else's object": ("a.json", b'{"type": "FeatureCollection"}', "no-hsds-object"),
    "depth bomb of lists": ("a.json", b'{"id": ' + b"[" * 200_000, "json-too-deep"),
    "depth bomb of objects": ("a.json", b'[{"a":' * 100_000, "json-too-deep"),
    "number of 6,000 digits": ("a.json", b'{"id": "s1", "minimum_age": ' + b"9" * 6000 + b"}", "json-wrong"),
    "binary": ("a.json", bytes(range(256)) * 20, "json-wrong"),
    "utf-16 cut in half": ("a.json", b"\xff\xfe\x00\xd8{\x00", "encoding-unknown"),
    "page whose contents are cut": ("a.json", b'{"page_number": 1, "contents": [' + service(), "json-cut"),
    "a picture named json": ("a.json", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "encoding-unknown"),
    "no suffix we know": ("a.bin", b"\x01\x02\x03", "neither-json-nor-csv"),
    "zip by name only": ("a.zip", b"this is no archive", "not-a-zip"),
    "zip cut short": ("a.zip", zipped({"services.csv": CSV * 500})[:-60], "zip-broken"),
    "zip of three bytes": ("a.zip", b"PK\x03", "zip-broken"),
    "zip with nothing": ("a.zip", zipped({}), "neither-json-nor-csv"),
    "zip that leads out": ("a.zip", zipped({"../services.csv": CSV}), "path-out"),
    "zip that leads to the root": ("a.zip", zipped({"/etc/services.csv": CSV}), "path-out"),
    "zip that leads out, Windows": ("a.zip", zipped({"..\\services.csv": CSV}), "path-out"),
    "zip with a drive": ("a.zip", zipped({"C:services.csv": CSV}), "path-out"),
    "zip with a password": ("a.zip", zipped({"services.csv": CSV}, flags=1), "member-locked"),
    "zip bomb": ("a.zip", zipped({"services.csv": b"0" * 40_000_000}, compresslevel=9), "member-packed"),
    "zip whose content was changed": ("a.zip", corrupted(stored({"services.csv": CSV})), "file-broken"),
    "zip with other tables": ("a.zip", zipped({"birds.csv": "id,name\n1,owl\n"}), "no-hsds-table"),
    "csv with other columns": ("services.csv", b"name,phone\nCourse,1\n", "no-id-column"),
    "csv with a column twice": ("services.csv", b"id,name,name\n1,a,b\n", "column-twice"),
    "csv without a header": ("services.csv", b"\n\n1,Course\n", "first-row-empty"),
    "csv of 3,000 columns": ("services.csv", b"id" + b",x" * 3000, "too-many-columns"),
    "csv in utf-32": ("services.csv", CSV.encode("utf-32-le"), "encoding-unknown"),
    "csv of another thing": ("birds.csv", b"id,name\n1,owl\n", "no-hsds-table"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_says_so(name, tmp_path):
    file, content, code = UNREADABLE[name]
    path = tmp_path / file
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as raised:
        exhaust(path)
    assert raised.value.file
    assert raised.value.said.code == code, raised.value


# What is read, with something refused: file name, bytes, services left, row and field refused, fatal, code of the remark.
REFUSED = {
    "no id": ("a.json", dump([{"name": "x", "status": "active"}, SERVICE]), 1, 1, "id", True, "no-id"),
    "empty id": ("a.json", dump([SERVICE | {"id": "  "}, SERVICE]), 1, 1, "id", True, "no-id"),
    "id is a list": ("a.json", dump([SERVICE | {"id": [1]}]), 0, 1, "id", True, "text-expected"),
    "id of 300 letters": ("a.json", dump([SERVICE | {"id": "x" * 300}]), 0, 1, "id", True, "text-too-long"),
    "same id twice": ("a.json", dump([SERVICE, SERVICE]), 1, 2, "id", True, "same-id"),
    "no name": ("a.json", dump({"id": "s1", "status": "active"}), 0, 1, "name", True, "no-name"),
    "name is a number of controls": ("a.json", service(name="\x00\x01"), 0, 1, "name", True, "no-name"),
    "name is an object": ("a.json", service(name={"en": "x"}), 0, 1, "name", False, "text-expected"),
    "name too long": ("a.json", service(name="x" * 2000), 0, 1, "name", False, "text-too-long"),
    "description too long": ("a.json", service(description="x" * 200_000), 1, 1, "description", False, "text-too-long"),
    "unknown status": ("a.json", service(status="maybe"), 1, 1, "status", False, "taken-as-inactive"),
    "status is a number": ("a.json", service(status=7), 1, 1, "status", False, "taken-as-inactive"),
    "age is text": ("a.json", service(minimum_age="old"), 1, 1, "minimum_age", False, "not-a-number"),
    "age is huge": ("a.json", service(minimum_age=10**400), 1, 1, "minimum_age", False, "not-a-number-we-take"),
    "age is infinite": ("a.json", b'{"id":"s1","name":"a","status":"active","minimum_age":1e999}', 1, 1, "minimum_age", False, "not-a-number-we-take"),
    "age is not a number": ("a.json", b'{"id":"s1","name":"a","status":"active","minimum_age":NaN}', 1, 1, "minimum_age", False, "not-a-number-we-take"),
    "ages crossed": ("a.json", service(minimum_age=9, maximum_age=3), 1, 1, "minimum_age", False, "ages-reversed"),
    "url of a script": ("a.json", service(url="javascript:alert(1)"), 1, 1, "url", False, "not-http"),
    "url without a host": ("a.json", service(url="http://"), 1, 1, "url", False, "no-host"),
    "url with a broken port": ("a.json", service(url="http://a.org:99999999"), 1, 1, "url", False, "not-a-web-address"),
    "email of two": ("a.json", service(email="a@b.org, c@d.org"), 1, 1, "email", False, "not-an-email"),
    "date that is none": ("a.json", service(assured_date="2024-02-31"), 1, 1, "assured_date", False, "not-a-date"),
    "date of two readings": ("a.json", service(assured_date="03/04/2024"), 1, 1, "assured_date", False, "two-dates"),
    "moment that is none": ("a.json", service(last_modified="yesterday"), 1, 1, "last_modified", False, "not-a-date"),
    "moment before the calendar": ("a.json", service(last_modified="0001-01-01T00:00:00+23:00"), 1, 1, "last_modified", False, "outside-the-calendar"),
    "phones are text": ("a.json", service(phones="03-123"), 1, 1, "phones", False, "list-expected"),
    "phone is text": ("a.json", service(phones=["03-123"]), 1, 1, "phones[0]", False, "object-expected"),
    "phone number is a list": ("a.json", service(phones=[{"number": [1]}]), 1, 1, "phones[0].number", False, "text-expected"),
    "schedules of no time": ("a.json", service(schedules=[{"opens_at": "25:99"}]), 1, 1, "schedules[0].opens_at", False, "not-a-time"),
    "schedule of no day": ("a.json", service(schedules=[{"byday": "XX"}]), 1, 1, "schedules[0].byday", False, "not-a-weekday"),
    "cost below nothing": ("a.json", service(cost_options=[{"amount": -1}]), 1, 1, "cost_options[0].amount", False, "too-low"),
    "currency of words": ("a.json", service(cost_options=[{"currency": "dollars"}]), 1, 1, "cost_options[0].currency", False, "not-a-currency"),
    "capacity without a time": ("a.json", service(capacities=[{"unit": {"name": "bed"}, "available": 1}]), 1, 1, "capacities[0]", False, "capacity-incomplete"),
    "organisation is a number": ("a.json", service(organization=5), 1, 1, "organization", False, "object-expected"),
    "organisation not there": ("a.json", service(organization_id="o9"), 1, 1, "organization_id", False, "points-nowhere"),
    "location not there": ("a.json", service(service_at_locations=[{"id": "x"}]), 1, 1, "service_at_locations[0].location", False, "no-location"),
    "own taxonomy": ("a.json", service(attributes=[{"taxonomy_term": {"id": "t", "name": "n", "taxonomy": "AIRS"}}]), 1, 1, "taxonomy", False, "taxonomy-left-out"),
    "unknown object": ("a.json", dump([{"colour": "red"}, SERVICE]), 1, 1, None, True, "unknown-object"),
    "number among objects": ("a.json", dump([7, SERVICE]), 1, 1, None, True, "not-an-object"),
    "broken line": ("a.ndjson", service() + b"\n{broken}\n" + service(id="s2"), 2, 2, None, True, "line-not-json"),
    "referral mode unknown": ("a.json", service(referral_modes=["friend"]), 1, 1, "referral_modes", False, "not-a-referral-mode"),
    "a machine's language that is none": ("a.json", service(machine_languages=["??"]), 1, 1, "machine_languages", False, "not-a-language"),
    "weekly hours of a year": ("a.json", service(weekly_hours=900), 1, 1, "weekly_hours", False, "out-of-bounds"),
    "translation in no language": ("a.json", service(translations={"??": {"name": "x"}}), 1, 1, "translations.??.code", False, "not-a-language"),
    "csv row too long": ("services.csv", CSV.encode() + b"s2,a,b,c,d\n", 1, 3, None, True, "cells-too-many"),
    "csv quote not closed": ("services.csv", CSV.encode() + b's2,"never\nclosed,\n', 1, 3, None, True, "quote-open"),
    "csv cell too large": ("services.csv", CSV.encode() + b's2,"' + b"x" * 140_000 + b'",\n', 1, 3, None, True, "row-broken"),
    "csv same id": ("services.csv", CSV.encode() + b"s1,Other,\n", 1, 3, "id", True, "same-id"),
    "csv no name": ("services.csv", CSV.encode() + b"s2,,\n", 1, 3, "name", True, "no-name"),
    "csv no organisation": ("services.csv", CSV.encode() + b"s2,Other,o9\n", 2, 3, "organization_id", False, "points-nowhere"),
    "csv after a long cell": ("services.csv", b'id,name\ns1,"a\nb\nc"\ns2,\n', 1, 3, "name", True, "no-name"),
    "zip with an orphan": ("a.zip", zipped({"services.csv": CSV, "phones.csv": "id,service_id,number\np,s9,1\n"}), 1, 2, "service_id", True, "points-nowhere"),
    "zip with a table of nothing": ("a.zip", zipped({"services.csv": CSV, "phones.csv": "id,number\np,1\n"}), 1, 1, None, True, "table-of-nobody"),
    "zip with own taxonomy": ("a.zip", zipped({"services.csv": CSV, "taxonomy.csv": "id,name,parent_id,vocabulary\nBD,Food,,AIRS\n"}), 1, 2, "taxonomy", False, "taxonomy-left-out"),
    "zip latitude": ("a.zip", zipped({"services.csv": CSV, "locations.csv": "id,latitude,longitude\nl,910,3\n"}), 1, 2, "latitude", False, "out-of-bounds"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_with_its_place(name, tmp_path):
    file, content, left, row, field, fatal, code = REFUSED[name]
    path = tmp_path / file
    path.write_bytes(content)
    services, refusals = exhaust(path)
    assert len(services) == left
    found = [refusal for refusal in refusals if (refusal.row, refusal.field, refusal.fatal) == (row, field, fatal)]
    assert code in {refusal.code for refusal in found}, refusals
    assert all(refusal.file and refusal.said == REMARKS[refusal.code](**refusal.said.params) for refusal in refusals)


def test_limits_are_kept(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"services.csv": CSV, "locations.csv": "id\nl\n"}))
    for limits in (Limits(files=1), Limits(file_bytes=10), Limits(total_bytes=20)):
        with pytest.raises(UnreadableFile):
            exhaust(path, limits=limits)
    assert len(exhaust(path)[0]) == 1


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside.csv").write_text(CSV)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "services.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(UnreadableFile, match="leads out"):
        exhaust(folder)


def test_a_missing_file_is_unreadable(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read(tmp_path / "nothing.json")
    with pytest.raises(UnreadableFile):
        read("bad\x00name.json")


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_zip_cut_or_changed_anywhere_is_told(cut, tmp_path):
    """Every byte of an archive may be lost: the reader either reads all or says that it cannot."""
    whole = zipped({"services.csv": CSV, "organizations.csv": "id,name\no1,Town\n"})
    path = tmp_path / "a.zip"
    changed = bytearray(whole)
    changed[cut % len(whole)] ^= 0xFF
    for data in (whole[: cut % len(whole)], bytes(changed)):
        path.write_bytes(data)
        try:
            exhaust(path)
        except UnreadableFile:
            continue


def test_the_helpers_are_what_they_say():
    assert zlib.crc32(b"Course") != zlib.crc32(b"Coarse")
    assert corrupted(stored({"a": CSV})) != stored({"a": CSV})
