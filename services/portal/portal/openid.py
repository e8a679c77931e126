"""Signing in by OpenID Connect (đăng nhập một lần): authorization code with PKCE, state and nonce.

The provider says who somebody is, never what they may: that is the account's, and the roster's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.openid_flows import Flow, Flows, Identity, NotProved
from portal.settings import Settings
from portal.store import Store

_SKEW = 60
"""Seconds by which the provider's clock may differ."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures by a key that the provider alone has; no shared secret, never "none"."""


class Provider:
    """An OpenID provider, as its discovery document describes it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._flows = Flows(store)
        self._redirect = f"{settings.url}/sign-in/openid"
        self.name = settings.oidc_name or "OpenID"

    async def begin(self, to: str, now: datetime) -> tuple[str, str]:
        """Where to send the browser, and the state that it must bring back.

        Raises NotProved where the provider cannot be reached.
        """
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        verifier = secrets.token_urlsafe(64)
        async with self._client() as client:
            there = (await self._described(client))["authorization_endpoint"]
            url, _ = client.create_authorization_url(
                there, state=state, nonce=nonce, code_verifier=verifier
            )
        self._flows.keep(state, Flow(nonce, verifier, to), now)
        return str(url), state

    async def finish(self, state: str, code: str, issuer: str, now: datetime) -> Identity:
        """Who came back with this code. Raises NotProved; the state is used up in any case."""
        flow = self._flows.take(state, now)
        if flow is None:
            raise NotProved("no such flow")
        async with self._client() as client:
            described = await self._described(client)
            if issuer and issuer != described["issuer"]:  # RFC 9207: another provider's answer
                raise NotProved("another issuer")
            claims = await self._claims(client, described, code, flow)
        return Identity(described["issuer"], claims["sub"], claims, flow.to)

    def _client(self) -> AsyncOAuth2Client:
        secret = self._settings.oidc_client_secret.get_secret_value()
        return AsyncOAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope="openid email profile",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            timeout=10,
        )

    async def _described(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        described: dict[str, Any] = await _fetched(client, self._settings.oidc_discovery)
        return described

    async def _claims(
        self,
        client: AsyncOAuth2Client,
        described: Mapping[str, Any],
        code: str,
        flow: Flow,
    ) -> dict[str, Any]:
        try:
            token = await client.fetch_token(
                described["token_endpoint"], code=code, code_verifier=flow.verifier
            )
            keys = KeySet.import_key_set(await _fetched(client, described["jwks_uri"]))
            found = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
            must = {
                "iss": {"essential": True, "value": described["issuer"]},
                "aud": {"essential": True, "value": self._settings.oidc_client_id},
                "sub": {"essential": True},
            }
            given = {
                "nonce": flow.nonce,
                "client_id": self._settings.oidc_client_id,
                "access_token": token.get("access_token"),
            }
            claims = CodeIDToken(found.claims, found.header, must, given)
            claims.validate(leeway=_SKEW)
            if not claims["sub"]:
                raise NotProved("no subject")
            return await self._told(client, described, dict(claims))
        except (OAuthError, JoseError, httpx2.HTTPError, KeyError, ValueError) as error:
            raise NotProved(type(error).__name__) from error

    async def _told(
        self, client: AsyncOAuth2Client, described: Mapping[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """With what the provider tells at its userinfo endpoint, where the token lacks it."""
        wanted = self._settings.oidc_cadre_claim or "email"
        if wanted in claims or "userinfo_endpoint" not in described:
            return claims
        answer = await client.get(described["userinfo_endpoint"])
        answer.raise_for_status()
        more = answer.json()
        if more["sub"] != claims["sub"]:  # OpenID Connect Core 5.3.2
            raise NotProved("another subject")
        return {**more, **claims}


async def _fetched(client: AsyncOAuth2Client, url: str) -> Any:
    try:
        answer = await client.request("GET", url, withhold_token=True)
        answer.raise_for_status()
        return answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise NotProved(type(error).__name__) from error
