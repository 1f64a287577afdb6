"""A device that keeps passkeys, in software: what a browser would answer to WebAuthn's options."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class Device:
    """One key pair for one site. `verifies`: whether it asks for its owner's finger."""

    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True) -> None:
        self.origin = origin
        self.flags = FLAG.UP | (FLAG.UV if verifies else FLAG(0))
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user_handle = ""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to the options of adding a passkey."""
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AuthenticatorData.create(
            hashlib.sha256(asked["rp"]["id"].encode()).digest(), self.flags | FLAG.AT, 0,
            AttestedCredentialData.create(Aaguid.NONE, self.id, public),
        )  # fmt: skip
        return self._answer(
            attestationObject=AttestationObject.create("none", data, {}),
            clientDataJSON=self._client_data("webauthn.create", asked),
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to the options of signing in."""
        asked = options["publicKey"]
        client = self._client_data("webauthn.get", asked)
        site = hashlib.sha256(asked["rpId"].encode()).digest()
        data = AuthenticatorData.create(site, self.flags, 0)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        answer = self._answer(authenticatorData=data, clientDataJSON=client, signature=signature)
        answer["response"]["userHandle"] = self.user_handle
        return answer

    def _client_data(self, type: str, asked: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(asked["challenge"])
        return CollectedClientData.create(type, challenge, self.origin)

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        own = websafe_encode(self.id)
        return {
            "id": own, "rawId": own, "type": "public-key",
            "response": {name: websafe_encode(part) for name, part in parts.items()},
            "clientExtensionResults": {"credProps": {"rk": True}},
        }  # fmt: skip
