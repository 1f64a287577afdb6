"""A small SMTP server for tests: takes mails, or refuses as it was told, with or without TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """What came in. `answers` maps a command to what it is answered with, once each."""

    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


@contextmanager
def serving(
    *, certificate: Path | None = None, implicit_tls: bool = False, starttls: bool = False
) -> Iterator[Mailbox]:
    """A server on a port of its own. `certificate` holds a key and a certificate (PEM)."""
    mailbox = Mailbox()
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            if implicit_tls:
                self.encrypt()
            self.say("220 ready")
            sender, to, tls = "", list[str](), implicit_tls
            while line := self.rfile.readline():
                text = line.decode("latin-1").strip()
                command = text.partition(" ")[0].upper()
                mailbox.commands.append(command)
                if told := mailbox.answers.pop(command, ""):
                    self.say(told)
                elif command == "EHLO":
                    self.say("250-here", *(["250-STARTTLS"] if starttls and not tls else []),
                             "250 AUTH PLAIN")  # fmt: skip
                elif command == "STARTTLS":
                    self.say("220 go on")
                    self.encrypt()
                    tls = True
                elif command == "MAIL":
                    sender = text.partition("<")[2].partition(">")[0]
                    self.say("250 ok")
                elif command == "RCPT":
                    to.append(text.partition("<")[2].partition(">")[0])
                    self.say("250 ok")
                elif command == "DATA":
                    self.say("354 go on")
                    mailbox.mails.append((sender, to, self.body()))
                    self.say("250 taken")
                elif command == "AUTH":
                    self.say("235 welcome")
                elif command == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def encrypt(self) -> None:
            assert context is not None
            self.connection = context.wrap_socket(self.request, server_side=True)
            self.rfile = self.connection.makefile("rb")  # type: ignore[assignment]
            self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]

        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        def body(self) -> bytes:
            lines: Sequence[bytes] = list(iter(self.rfile.readline, b".\r\n"))
            return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        mailbox.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()


def make_certificate(path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
