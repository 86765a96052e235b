import ipaddress

import pytest

from dragoman.watching.addresses import public


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 10.0.0.1 172.16.3.4 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 239.1.1.1 240.0.0.1
    255.255.255.255 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fc00::1 fec0::1 ff02::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1
    2002:7f00:1:: 2001:0:53aa:64c:0:fbff:80ff:fffe 64:ff9b::a00:1 64:ff9b::7f00:1 2001:db8::1""".split(),  # noqa: SIM905
)
def test_none_of_these_is_public(address: str) -> None:
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.0.81", "2606:4700::6810:84e5", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_these_are(address: str) -> None:
    assert public(ipaddress.ip_address(address))
