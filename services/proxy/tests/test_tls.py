"""HTTPS: the certificate must be of the name in the endpoint, though an address is connected to."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import httpcore
import pytest
from cathouse_common.testing import Environment
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.forward import connection_pool
from app.settings import Settings


def _certificate(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


async def _call_localhost(certificate: Path, settings: Settings) -> int:
    """The status of a call to https://localhost, where a server shows this certificate."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with (
        await asyncio.start_server(answer, "localhost", 0, ssl=context) as server,
        connection_pool(settings) as pool,
    ):
        port = server.sockets[0].getsockname()[1]
        return (await pool.request("GET", f"https://localhost:{port}/")).status


async def test_a_certificate_must_be_trusted_and_of_the_name_in_the_endpoint(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.set("PROXY_ALLOWED_HOSTS", "localhost")
    settings = environment.load(Settings)
    right, wrong = _certificate("localhost", tmp_path), _certificate("other.example", tmp_path)
    with pytest.raises(httpcore.ConnectError, match="self-signed"):
        await _call_localhost(right, settings)

    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(right.read_bytes() + wrong.read_bytes())
    monkeypatch.setattr(certifi, "where", lambda: str(trusted))
    assert await _call_localhost(right, settings) == 204
    with pytest.raises(httpcore.ConnectError, match="Hostname mismatch"):
        await _call_localhost(wrong, settings)
