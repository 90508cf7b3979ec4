def test_every_look_is_said_in_words() -> None:
    """Purposes of files, and those with which other things are opened."""
    from kesher.people.files import LOOKED_FOR
    from kesher.www.admin.audit import LOOKED_AT
    from kesher.www.caseworker import words
    from kesher.www.caseworker.day import bookings
    from kesher.www.provider import call_backs

    assert set(LOOKED_AT) == {*LOOKED_FOR, words.PURPOSE, bookings.PURPOSE, call_backs.PURPOSE}
