"""Sending and fetching blobs: resumed, verified, bounded, and given only to who may see what names them."""

from pathlib import Path

import pytest

from shared.sync.protocol import BLOB_CHUNK
from sync_server.config import BlobLimits
from tests.fakes.pictures import png, sha
from tests.sync_server.blobs.line import Line, Sender, code

PHOTO = png(filler=2 * BLOB_CHUNK + 1_000)
FIRST, SECOND, REST = PHOTO[:BLOB_CHUNK], PHOTO[BLOB_CHUNK : 2 * BLOB_CHUNK], PHOTO[2 * BLOB_CHUNK :]
NAME = sha(PHOTO)


def test_a_file_sent_in_chunks_is_fetched_whole_and_as_an_attachment(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)

    last = elodie.send(PHOTO)

    fetched = elodie.call("GET", NAME)
    assert last.headers["Upload-Complete"] == "?1"
    assert fetched.content == PHOTO
    assert fetched.headers["content-type"] == "image/png"
    assert fetched.headers["content-disposition"] == "attachment"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_an_upload_goes_on_where_the_last_chunk_ended(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.put(NAME, 0, FIRST, len(PHOTO))

    after = elodie.progress(NAME)
    elodie.put(NAME, BLOB_CHUNK, SECOND, len(PHOTO))
    elodie.put(NAME, 2 * BLOB_CHUNK, REST, len(PHOTO))

    assert after == (BLOB_CHUNK, False)
    assert elodie.progress(NAME) == (len(PHOTO), True)


def test_a_chunk_is_on_the_disk_before_it_is_acknowledged(line: Line, elodie: Sender, tmp_path: Path) -> None:
    elodie.put(NAME, 0, FIRST, len(PHOTO))

    [kept] = (tmp_path / "blobs/staged").iterdir()
    assert kept.read_bytes() == FIRST


def test_a_chunk_sent_again_changes_nothing(line: Line, elodie: Sender) -> None:
    for _ in range(3):
        elodie.put(NAME, 0, FIRST, len(PHOTO))
    again = elodie.put(NAME, 0, FIRST, len(PHOTO))

    assert again.headers["Upload-Offset"] == str(BLOB_CHUNK)
    assert elodie.progress(NAME) == (BLOB_CHUNK, False)


def test_a_chunk_from_the_middle_is_refused_with_the_way_on(elodie: Sender) -> None:
    elodie.put(NAME, 0, FIRST, len(PHOTO))

    assert code(elodie.put(NAME, 2 * BLOB_CHUNK, REST, len(PHOTO))) == (409, "offset_mismatch")


@pytest.mark.parametrize(("offset", "content"), [(0, FIRST[:-1]), (7, FIRST), (0, b""), (2 * BLOB_CHUNK, REST + b"x")])
def test_a_chunk_of_another_shape_is_refused(elodie: Sender, offset: int, content: bytes) -> None:
    assert code(elodie.put(NAME, offset, content, len(PHOTO))) == (422, "chunk_misplaced")


def test_a_file_that_grows_on_its_way_is_refused(elodie: Sender) -> None:
    elodie.put(NAME, 0, FIRST, len(PHOTO))

    assert code(elodie.put(NAME, BLOB_CHUNK, SECOND, len(PHOTO) + 1)) == (422, "chunk_misplaced")


@pytest.mark.parametrize(
    ("data", "name", "refusal"),
    [
        (png(seed=2), sha(png(seed=3)), (422, "hash_mismatch")),
        (b"<html><script>", "", (415, "not_a_picture")),
        (png(50_000, 50_000), "", (413, "too_many_pixels")),
    ],
    ids=["another hash", "a page", "a bomb"],
)
def test_what_is_not_what_it_should_be_is_discarded(line: Line, elodie: Sender, data: bytes, name: str, refusal: tuple[int, str]) -> None:
    answer = elodie.send(data, name)

    assert code(answer) == refusal
    assert line.files() == []
    assert elodie.progress(name or sha(data)) == (0, False)


def test_one_file_and_all_files_together_are_bounded(tmp_path: Path) -> None:
    line = Line(tmp_path, BlobLimits(cap=3 * BLOB_CHUNK, quota=4 * BLOB_CHUNK))
    elodie = line.phone(line.world.elodie)
    elodie.send(PHOTO)

    too_large = elodie.put(sha(b"1"), 0, FIRST, 3 * BLOB_CHUNK + 1)
    too_much = elodie.put(sha(b"2"), 0, FIRST, 2 * BLOB_CHUNK)

    assert code(too_large) == (413, "blob_too_large")
    assert code(too_much) == (507, "quota_exceeded")


def test_whoever_has_several_devices_has_one_share_of_the_room(tmp_path: Path) -> None:
    line = Line(tmp_path, BlobLimits(cap=3 * BLOB_CHUNK, quota=20 * BLOB_CHUNK))
    phone, tablet, nikos = line.phone(line.world.elodie), line.phone(line.world.elodie), line.phone(line.world.nikos)
    assert phone.put(NAME, 0, FIRST, len(PHOTO)).status_code == 200

    assert code(tablet.put(sha(b"1"), 0, FIRST, 3 * BLOB_CHUNK)) == (507, "quota_exceeded")
    assert nikos.put(sha(b"2"), 0, FIRST, 3 * BLOB_CHUNK).status_code == 200


def test_who_begins_many_files_keeps_no_room_from_others(tmp_path: Path) -> None:
    line = Line(tmp_path, BlobLimits(cap=3 * BLOB_CHUNK, quota=20 * BLOB_CHUNK))
    elodie, nikos = line.phone(line.world.elodie), line.phone(line.world.nikos)
    assert elodie.put(NAME, 0, FIRST, len(PHOTO)).status_code == 200

    begun = elodie.put(sha(b"1"), 0, FIRST, 3 * BLOB_CHUNK)

    assert code(begun) == (507, "quota_exceeded")
    assert nikos.put(sha(b"1"), 0, FIRST, 3 * BLOB_CHUNK).status_code == 200
    assert elodie.send(PHOTO).status_code == 200
    assert elodie.put(sha(b"1"), 0, FIRST, 3 * BLOB_CHUNK).status_code == 200


def test_more_than_a_chunk_is_cut_off(elodie: Sender) -> None:
    assert code(elodie.put(NAME, 0, FIRST + b"x", len(PHOTO))) == (413, "body_too_large")


def test_two_who_send_the_same_file_keep_it_once(line: Line, elodie: Sender) -> None:
    nikos = line.phone(line.world.nikos)
    elodie.send(PHOTO)

    nikos.send(PHOTO)

    assert [found.sha256 for found in line.store.blobs()] == [NAME]


def test_only_who_may_see_the_record_learns_of_its_bytes_or_fetches_them(line: Line, elodie: Sender) -> None:
    thumb = png(seed=9)
    nikos, marie, admin = (line.phone(user) for user in (line.world.nikos, line.world.marie, line.world.admin))
    elodie.refer(line.lyon, PHOTO, thumb)
    for data in (PHOTO, thumb):
        elodie.send(data)

    for name in (NAME, sha(thumb)):
        assert [phone.call("GET", name).status_code for phone in (elodie, marie)] == [200, 200]
        for phone in (nikos, admin):
            assert phone.progress(name) == phone.progress(sha(b"unknown")) == (0, False)
            assert code(phone.call("GET", name)) == code(phone.call("GET", sha(b"unknown"))) == (404, "record_not_found")


def test_a_photo_follows_its_customer_to_another_territory(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    nikos, marie = line.phone(line.world.nikos), line.phone(line.world.marie)

    marie.phone.push(marie.phone.edit("account", line.lyon, territory_id=line.world.nantes))

    assert [phone.call("GET", NAME).status_code for phone in (elodie, nikos)] == [404, 200]


def test_a_photo_that_was_deleted_is_no_longer_given(line: Line, elodie: Sender) -> None:
    id_ = elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)
    elodie.phone.pull()

    elodie.phone.push(elodie.phone.delete("attachment", id_))

    assert elodie.call("GET", NAME).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, PHOTO[:10]),
        (f"bytes={BLOB_CHUNK}-", 206, PHOTO[BLOB_CHUNK:]),
        ("bytes=5-999999999", 206, PHOTO[5:]),
        ("lines=1-2", 200, PHOTO),
        ("bytes=0-1,5-6", 200, PHOTO),
    ],
)
def test_a_download_goes_on_where_it_stopped(line: Line, elodie: Sender, asked: str, status: int, part: bytes) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)

    answer = elodie.call("GET", NAME, headers={"Range": asked})

    assert (answer.status_code, answer.content) == (status, part)


def test_a_range_behind_the_end_is_refused(line: Line, elodie: Sender) -> None:
    elodie.refer(line.lyon, PHOTO)
    elodie.send(PHOTO)

    assert code(elodie.call("GET", NAME, headers={"Range": f"bytes={len(PHOTO)}-"})) == (416, "range_not_satisfiable")


@pytest.mark.parametrize("name", ["..%2f..%2forg.db", "../../org.db", "ABCDEF" + "0" * 58, NAME + "0", NAME[:-1], NAME + "%0a"])
def test_a_name_that_is_no_hash_leads_nowhere(line: Line, elodie: Sender, tmp_path: Path, name: str) -> None:
    answers = [elodie.call("GET", name), elodie.put(name, 0, REST, len(REST))]

    assert {answer.status_code for answer in answers} <= {404, 405, 422}
    assert list(tmp_path.rglob("*")) == []


def test_nobody_without_a_token_sends_or_fetches(line: Line, elodie: Sender) -> None:
    for method in ("HEAD", "GET", "PUT"):
        answer = elodie.call(method, NAME, headers={"Authorization": "Bearer guessed"})

        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"sha256": "../../etc/passwd"}, "invalid"),
        ({"sha256": "A" * 64}, "invalid"),
        ({"media_type": "text/html"}, "invalid"),
        ({"size": 0}, "invalid"),
        ({"user_id": "somebody"}, "unknown_record"),
    ],
)
def test_a_record_that_names_no_picture_of_ones_own_is_refused(
    line: Line, elodie: Sender, fields: dict[str, str | int], refusal: str
) -> None:
    sound: dict[str, str | int] = {"account_id": line.lyon, "user_id": elodie.phone.device.user_id, "sha256": NAME}
    sound |= {"media_type": "image/png", "size": 5}

    outcome = elodie.phone.push(elodie.phone.create("attachment", **(sound | fields))[1])

    assert (outcome.status, outcome.code) == ("refused", refusal)


def test_a_colleague_does_not_remove_a_photo_and_a_manager_does(line: Line, elodie: Sender) -> None:
    zoe = line.phone(line.world.user("Zoé", "rep", line.world.lyon))
    marie = line.phone(line.world.marie)
    id_ = elodie.refer(line.lyon, PHOTO)
    zoe.phone.pull()
    marie.phone.pull()

    refused = zoe.phone.push(zoe.phone.delete("attachment", id_))
    removed = marie.phone.push(marie.phone.delete("attachment", id_))

    assert (refused.code, removed.status) == ("own_name_only", "applied")


def test_nobody_adds_a_photo_in_anothers_name(line: Line, elodie: Sender) -> None:
    named: dict[str, str | int] = {"account_id": line.lyon, "user_id": line.world.marie[0], "sha256": NAME}

    outcome = elodie.phone.push(elodie.phone.create("attachment", **named, media_type="image/png", size=5)[1])

    assert outcome.code == "own_name_only"
