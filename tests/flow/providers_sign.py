# SPDX-License-Identifier: GPL-3.0-or-later
"""How providers sign what they call back with; see providers.py."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import tempfile


def mac(key, text, kind=hashlib.sha256):
    return hmac.new(key.encode(), text if isinstance(text, bytes) else text.encode(), kind)


def mac64(key, text, kind=hashlib.sha256):
    return base64.b64encode(mac(key, text, kind).digest()).decode()


def sha256(text):
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def bare64(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token(key, claims):
    """A JSON Web Token, HS256."""
    head = bare64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    text = f"{head}.{bare64(json.dumps(claims).encode())}"
    return f"{text}.{bare64(mac(key, text).digest())}"


class Pair:
    """A key pair of Ed25519; openssl makes it, and signs."""

    def __init__(self, folder, name):
        self.private = os.path.join(folder, name + ".pem")
        run("genpkey", "-algorithm", "ed25519", "-out", self.private)
        whole = run("pkey", "-in", self.private, "-pubout", "-outform", "DER")
        self.public = base64.b64encode(whole[-32:]).decode()

    def sign(self, text):
        with tempfile.NamedTemporaryFile() as file:
            file.write(text)
            file.flush()
            made = run("pkeyutl", "-sign", "-inkey", self.private, "-rawin", "-in", file.name)
        return base64.b64encode(made).decode()


def run(*words):
    return subprocess.run(["openssl", *words], check=True, stdout=subprocess.PIPE).stdout
