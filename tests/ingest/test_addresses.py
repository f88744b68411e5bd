from __future__ import annotations

import pytest

from foresight.ingest.addresses import is_allowed_host, is_public, politeness_key


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_the_open_internet_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1"),  # noqa: S104
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *(
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ),
        *("::ffff:0:127.0.0.1", "2001::7f00:1", "no address", ""),
    ],
)
def test_private_and_disguised_addresses_may_not(address: str) -> None:
    assert not is_public(address)


def test_a_listed_host_is_allowed_by_name_whatever_its_case() -> None:
    assert is_allowed_host("Intranet.Example.org", ("intranet.example.org",))
    assert is_allowed_host("::1", ("[::1]",))
    assert not is_allowed_host("example.org", ("intranet.example.org",))


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("feeds.yle.fi", "yle.fi"),
        ("www.theguardian.com", "theguardian.com"),
        ("feeds.bbci.co.uk", "bbci.co.uk"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1:80"),
    ],
)
def test_one_pause_holds_for_all_hosts_of_one_owner(host: str, key: str) -> None:
    assert politeness_key(host, 80) == key
