"""Certificates of a test's own making, and a door that speaks TLS in front of a server."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY: Final = datetime.timedelta(days=1)
_HANDSHAKE: Final = b"\x16"
"""How TLS begins, RFC 8446 §5.1."""


class Authority:
    """Somebody who vouches for servers; who trusts it names its `file` in SSL_CERT_FILE."""

    def __init__(self, directory: Path, name: str = "An authority") -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        made = _builder(self._name, self._name, self._key, days=(-1, 30))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = directory / f"{name}.pem"
        self.file.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))

    def vouch(self, *hosts: str, days: tuple[int, int] = (-1, 30)) -> Path:
        """A file with a key and a certificate for those hosts, good from and to so many days."""
        return _write(self._directory, hosts, days, self._name, self._key)


def signed_by_itself(directory: Path, *hosts: str) -> Path:
    """The same, with nobody behind it."""
    return _write(directory, hosts, (-1, 30), None, None)


@contextlib.contextmanager
def tls_door(port: int, chain: Path) -> Iterator["TlsDoor"]:
    """TLS on a free port of 127.0.0.1, and behind it whatever listens on `port` there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = TlsDoor(listener, port, chain)
        thread = threading.Thread(target=door.answer)
        thread.start()
        try:
            yield door
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            door.cut()
            thread.join()


class TlsDoor:
    """It takes connections until its listener is shut."""

    def __init__(self, listener: socket.socket, target: int, chain: Path) -> None:
        self.port: int = listener.getsockname()[1]
        self.page = b""
        """What whoever begins without TLS is told; empty: nothing."""
        self._listener = listener
        self._target = target
        self._open: list[socket.socket] = []
        self.show(chain)

    def show(self, chain: Path) -> None:
        """From now on it is this certificate that visitors see."""
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(chain)

    def answer(self) -> None:
        """Take visitors."""
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(visitor,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection."""
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _relay(self, visitor: socket.socket) -> None:
        with visitor, contextlib.suppress(OSError):
            if self.page and visitor.recv(1, socket.MSG_PEEK) != _HANDSHAKE:
                visitor.recv(4096)
                visitor.sendall(self.page)
                return
            with (
                self._context.wrap_socket(visitor, server_side=True) as inner,
                socket.create_connection(("127.0.0.1", self._target)) as outer,
            ):
                self._open += [inner, outer]
                back = threading.Thread(target=pump, args=(outer, inner), daemon=True)
                back.start()
                pump(inner, outer)
                back.join()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Pass on what comes until it ends; then the other end is told so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def _write(
    directory: Path,
    hosts: tuple[str, ...],
    days: tuple[int, int],
    issuer: x509.Name | None,
    signer: ec.EllipticCurvePrivateKey | None,
) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(hosts[0])
    made = _builder(subject, issuer or subject, key, days=days)
    made = made.add_extension(x509.SubjectAlternativeName(list(map(_alternative, hosts))), False)
    file = directory / f"{hosts[0]}-{'own' if issuer is None else 'vouched'}-{days[1]}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + _pem(made.sign(signer or key, hashes.SHA256())))
    return file


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    days: tuple[int, int],
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * _DAY)
        .not_valid_after(now + days[1] * _DAY)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
