"""The same over TLS, as it is outside of tests: certificates are looked at, and a cut is a cut there too."""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from messaging.services.gateways.base import ChannelDown, OutcomeUnknown
from messaging.services.gateways.wire import Deadline, Request, hand_over
from tests.messaging.provider import CUT, HANG, HANG_UP, TRICKLE, Provider, Says, provider, request

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
SHORT = 0.5  # s


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a server at 127.0.0.1, signed by itself; key and certificate in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    began = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(began).not_valid_after(began + timedelta(days=30))
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    encoding = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "here.pem"
    file.write_bytes(key.private_bytes(encoding, *plain) + signed.public_bytes(encoding))
    return file


@pytest.fixture
def place(certificate: Path) -> Iterator[Provider]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with provider(tls=context) as place:
        yield place


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_arrives(place: Provider) -> None:
    place.will_say(Says({"fine": "好"}))
    assert hand_over(request(place), Deadline()) == {"fine": "好"}


def test_who_cannot_prove_its_name_is_told_nothing(place: Provider) -> None:
    with pytest.raises(ChannelDown, match="SSLCertVerificationError"):
        hand_over(request(place), Deadline())
    assert place.asked == []


@pytest.mark.usefixtures("trusted")
def test_the_name_must_be_the_right_one(place: Provider) -> None:
    with pytest.raises(ChannelDown, match="SSLCertVerificationError"):
        hand_over(Request(f"https://localhost:{place.port}/"), Deadline())
    assert place.asked == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("silence", [HANG, HANG_UP, CUT, TRICKLE])
def test_no_whole_answer_is_a_doubt(place: Provider, silence: str) -> None:
    place.will_say(silence)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        hand_over(request(place), Deadline(SHORT))
    assert time.monotonic() - began < SHORT + 1
    assert len(place.asked) == 1
