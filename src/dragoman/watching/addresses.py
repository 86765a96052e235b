"""Which addresses may be connected to: public ones, checked after the name is resolved and before it is used.

A feed or a redirect may name a host of one's own network, or one that resolves to it; none of these is asked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from functools import cache

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv4 addresses written as IPv6 for networks that have only the latter (RFC 6052).
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Refused(httpx.RequestError):
    """An address that must not be connected to, or a name that has none; the message names the host."""


def public(address: Address) -> bool:
    """Whether this is an address of the open Internet, and so is the IPv4 address that stands in it where one does."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


@cache
def _certificates() -> ssl.SSLContext:
    """Whose certificates are believed (a fifth of a second to read)."""
    return httpx.create_ssl_context(trust_env=False)


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects to the very address that was checked, so that a name cannot resolve to another one in between.

    allow: hosts, as they stand in the address, that may lie in one's own network.
    Raises Refused for a host that resolves to an address which is not public.
    """

    def __init__(self, allow: frozenset[str] = frozenset()) -> None:
        self._allow = allow
        # A connection that was kept would be found again by its address, where another name may live too.
        self._inner = httpx.AsyncHTTPTransport(
            verify=_certificates(), limits=httpx.Limits(max_keepalive_connections=0), trust_env=False
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        addresses = await self._addresses(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        failure: httpx.RequestError | None = None
        for address in addresses:
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # its Host is still the name, and so is what the certificate is checked for
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} has no address ({error})") from error
        addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
        if host not in self._allow:
            for address in addresses:
                if not public(ipaddress.ip_address(address)):
                    raise Refused(
                        f"{host} is {address}, which is no public address" + ("" if host == address else " and may be one's own")
                    )
        return addresses

    async def aclose(self) -> None:
        await self._inner.aclose()
