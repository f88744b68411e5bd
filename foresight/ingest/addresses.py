"""Which addresses may be connected to. A feed must not make us ask machines of our own network.

Python's `is_global` calls addresses public that lead to private ones: NAT64, 6to4 and v4-compatible addresses carry an
IPv4 address inside, and multicast is no place to fetch from.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_LOW_32_BITS = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
_SECOND_LEVELS = {"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"}


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet; False for what is no address."""
    try:
        real = _embedded_address(ip_address(address.split("%", maxsplit=1)[0]))
    except ValueError:
        return False
    return real.is_global and not real.is_multicast and not real.is_reserved


def is_allowed_host(host: str, listed: tuple[str, ...]) -> bool:
    """Whether settings name the host, case aside."""
    return host.strip("[]").casefold() in {name.strip("[]").casefold() for name in listed}


def politeness_key(host: str, port: int | None) -> str:
    """What one pause between requests holds for: the registrable domain, roughly; a bare address with its port.

    Rough: a list of all public suffixes would be exact, but too polite is no harm.
    """
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        labels = host.rstrip(".").casefold().split(".")
        has_two = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS  # noqa: PLR2004 - country code
        return ".".join(labels[-3:] if has_two else labels[-2:])
    return f"{host}:{port}"


def _embedded_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address a packet would end at."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in _LOW_32_BITS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
