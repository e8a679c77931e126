"""One try of one delivery: over HTTP to the receiver, ten seconds at most."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import httpx2

from portal.webhooks.addresses import Allowed, NotAllowed, Resolve, resolved, target
from portal.webhooks.deliveries import Delivery
from portal.webhooks.endpoints import Webhook
from portal.webhooks.signing import signed

_SECONDS = 10
_DOWN = frozenset({429, 502, 503, 504})
"""Answers by which an endpoint as a whole says that it takes nothing just now."""
_READ = 1024
"""Bytes of an answer that are looked at."""


@dataclass(frozen=True)
class Tried:
    """What became of a try; ``status`` is 0 where nobody answered."""

    status: int
    why: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver wants nothing more (410)."""
        return self.status == 410

    @property
    def down(self) -> bool:
        """Whether the endpoint is down, not just this delivery refused."""
        return self.status == 0 or self.status in _DOWN


class Sender:
    """Sends to receivers; redirects are not followed, proxies of the environment not used."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolved) -> None:
        self._allowed, self._resolve = allowed, resolve

    @cached_property
    def _client(self) -> httpx2.AsyncClient:
        """Made for the first delivery: it reads all authorities' certificates."""
        return httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=_SECONDS)

    async def close(self) -> None:
        """Let connections go."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def send(self, webhook: Webhook, one: Delivery, body: bytes, now: datetime) -> Tried:
        """Try it once."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._send(webhook, one, body, now)
        except (NotAllowed, TimeoutError) as error:
            return Tried(0, str(error) or f"no answer within {_SECONDS} s")
        except (httpx2.HTTPError, OSError, ssl.SSLError, ValueError) as error:
            return Tried(0, f"{type(error).__name__}: {error}"[:300])

    async def _send(self, webhook: Webhook, one: Delivery, body: bytes, now: datetime) -> Tried:
        there = await target(webhook.url, self._allowed, self._resolve)
        headers = {
            **signed(webhook.secrets(now), one.id, int(now.timestamp()), body),
            "Host": there.host,
            "Content-Type": "application/cloudevents+json",
            "User-Agent": "dicoso-webhooks",
        }
        request = self._client.build_request(
            "POST",
            there.url,
            content=body,
            headers=headers,
            extensions={"sni_hostname": there.name},
        )
        response = await self._client.send(request, stream=True)
        try:
            said = b""
            async for chunk in response.aiter_raw():
                said += chunk
                if len(said) >= _READ:
                    break
        finally:
            await response.aclose()
        if 200 <= response.status_code < 300:
            return Tried(response.status_code)
        return Tried(response.status_code, said[:_READ].decode("utf-8", "replace")[:300])
