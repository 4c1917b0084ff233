"""A cookie is found by its whole name, wherever browsers put it."""

import pytest

from engage.web.cookies import Cookies

HTTPS, HTTP = Cookies("https://play.example.com"), Cookies("http://localhost:8000")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("", ""),
        ("engage=a.b-c_d", "a.b-c_d"),
        ("engage=", ""),
        ("x=1; engage=a", "a"),
        ("engage=a; x=1", "a"),
        ("x=engage=b; engage=a; engage=c", "a"),
        ("demo-engage=b; engage=a", "a"),
        ("engage-state-x=b; engage_language=c", ""),
        ("engage", ""),
        ("Engage=a", ""),
        ("__Host-engage=a", ""),
    ],
)
def test_a_cookie_is_found_by_its_whole_name(header: str, value: str) -> None:
    assert HTTP.find(header, "engage") == value


def test_over_https_only_the_name_counts_that_no_other_host_can_set() -> None:
    assert HTTPS.find("engage=planted; __Host-engage=ours", "engage") == "ours"
    assert HTTPS.find("engage=planted", "engage") == ""


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://play.example.com", "https://play.example.com"),
        ("https://play.example.com:443/", "https://play.example.com"),
        ("https://PLAY.example.com:8443", "https://play.example.com:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str) -> None:
    assert Cookies(address).origin == origin
