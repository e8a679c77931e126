"""Where webhooks may go: never into our own network (SSRF), unless operations says so.

A name is resolved once, every address of it is judged, and the connection goes to the address
that was judged: a name that resolves otherwise a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL = IPv6Network("2000::/3")
"""All of IPv6 that IANA gives out as global unicast: the rest is local, translated or unused."""
_OTHERWISE = (IPv4Network("192.88.99.0/24"), IPv6Network("3fff::/20"))
"""Relays of 6to4 (RFC 7526) and documentation (RFC 9637), which Python 3.11 takes for global."""
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Collection[str]]]


class NotAllowed(Exception):
    """An address to which no webhook goes; the text says why."""


@dataclass(frozen=True)
class Allowed:
    """What operations allows beyond https to public addresses."""

    http: frozenset[str] = frozenset()
    """Hosts to which plain http may go."""
    private: bool = False
    """Whether private addresses may be reached (``DICOSO_WEBHOOK_PRIVATE=1``)."""


@dataclass(frozen=True)
class Target:
    """A URL with the address to which the connection goes."""

    url: str
    """With the address in place of the name."""
    host: str
    """The name, for the ``Host`` header and TLS."""
    name: str


async def resolved(host: str, port: int) -> Collection[str]:
    """Every address of a name. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def checked(url: str, allowed: Allowed) -> SplitResult:
    """The parts of a URL that a webhook may have. Raises NotAllowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed(f"not a URL: {error}") from error
    if not url.isascii() or any(one <= " " for one in url):
        raise NotAllowed("a URL is written in ASCII, without spaces")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise NotAllowed("must begin with https:// and a host")
    if parts.scheme == "http" and parts.hostname not in allowed.http:
        raise NotAllowed("must be https (operations may allow a host by DICOSO_WEBHOOK_HTTP)")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("must hold no user name")
    if parts.fragment or port == 0:
        raise NotAllowed("must hold no fragment, and a port from 1 on")
    return parts


async def target(url: str, allowed: Allowed, resolve: Resolve = resolved) -> Target:
    """Where the connection goes. Raises NotAllowed, and OSError where there is no such name."""
    parts = checked(url, allowed)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = [ip_address(one.partition("%")[0]) for one in await resolve(host, port)]
    if not addresses:
        raise OSError(f"no address of {host}")
    if not allowed.private and not all(map(public, addresses)):
        raise NotAllowed("its address is private (DICOSO_WEBHOOK_PRIVATE=1 allows it)")
    first = addresses[0]
    there = f"[{first}]" if isinstance(first, IPv6Address) else str(first)
    pinned = parts._replace(netloc=f"{there}:{port}").geturl()
    return Target(pinned, parts.netloc, host)


def public(address: Address) -> bool:
    """Whether it is of the internet at large, also what it stands for in IPv4."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
        if address.teredo is not None or address not in _GLOBAL:
            return False
    otherwise = any(address in network for network in _OTHERWISE)
    return address.is_global and not address.is_multicast and not otherwise
