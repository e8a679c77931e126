"""``python tests/openid_provider.py PORT``: an OpenID provider, PyPI's oidc-provider-mock.

That one does not ask for PKCE; here it does (RFC 7636, S256): the verifier that comes with a code
must be the one of the challenge with which the code was asked for. ``PUT /spoilt`` says which
claims the next ID tokens, signed by its own key all the same, shall have instead; ``null`` as a
whole leaves their signature broken.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock._storage import storage  # type: ignore[import-untyped]


def _key() -> RSAKey:
    key: Any = storage.jwk
    try:
        private = key.as_dict(private=True)
    except TypeError:
        private = key.as_dict(is_private=True)
    return RSAKey.import_key(private)


def spoiling(app: flask.Flask) -> flask.Flask:
    """The provider, asking for PKCE, and lying when told to."""
    challenges: dict[str, str] = {}
    spoilt: dict[str, Any] = {"claims": {}}

    @app.put("/spoilt")
    def spoil() -> str:
        spoilt["claims"] = flask.request.get_json()
        return ""

    @app.before_request
    def prove() -> tuple[dict[str, str], int] | None:
        if flask.request.path != "/oauth2/token":
            return None
        sent = flask.request.form
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenges.pop(sent.get("code", ""), None) != challenge:
            return {"error": "invalid_grant"}, 400
        return None

    @app.after_request
    def answer(response: flask.Response) -> flask.Response:
        asked, path = flask.request.args, flask.request.path
        if path == "/oauth2/authorize" and response.location and "code_challenge" in asked:
            assert asked["code_challenge_method"] == "S256"
            [code] = parse_qs(urlsplit(response.location).query).get("code", [""])
            challenges[code] = asked["code_challenge"]
        if path == "/oauth2/token" and response.status_code == 200:
            told = response.get_json()
            told["id_token"] = _spoilt(told["id_token"], spoilt["claims"])
            response.set_data(flask.json.dumps(told))
        return response

    return app


def _spoilt(token: str, claims: dict[str, Any] | None) -> str:
    head, body, signature = token.split(".")
    if claims is None:
        said = base64.urlsafe_b64decode(body + "==").replace(b"dicoso", b"dicoSo")
        assert b"dicoSo" in said
        return f"{head}.{base64.urlsafe_b64encode(said).decode().rstrip('=')}.{signature}"
    found = jwt.decode(token, _key())
    return jwt.encode(found.header, {**found.claims, **claims}, _key()) if claims else token


if __name__ == "__main__":
    provider = oidc_provider_mock.app(require_nonce=True)
    provider.debug = False
    spoiling(provider).run("127.0.0.1", int(sys.argv[1]))
