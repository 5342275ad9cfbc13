"""TLS on the way to a server: what is wrong with a certificate, and who speaks TLS at all."""

import socket
import ssl
from typing import Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address

PROBE_TIMEOUT: Final = 2.0
"""Seconds that somebody who has hung up gets to show whether it speaks TLS."""
_CHOOSE_TO_TRUST: Final = (
    "If it is yours, give it one that others vouch for, or trust this one with SSL_CERT_FILE=FILE"
)
_WRONG: Final = {
    9: "is not valid yet: is this machine's clock right?",
    10: "has expired: its operator must renew it (or is this machine's clock wrong?)",
    18: f"is signed by itself: nobody vouches for who that is. {_CHOOSE_TO_TRUST}",
    19: f"is signed by an authority that this machine does not know. {_CHOOSE_TO_TRUST}",
    20: f"is signed by an authority that this machine does not know. {_CHOOSE_TO_TRUST}",
    21: f"is signed by an authority that this machine does not know. {_CHOOSE_TO_TRUST}",
    23: "was revoked: do not trust it",
    62: "is for another name: use the name that it is for, or ask its operator",
    64: "is for a name, not for this address: use the name that it is for",
}
"""What to say of OpenSSL's findings, X509_V_ERR_…, by their numbers."""
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST",
                   "UNKNOWN_PROTOCOL", "UNEXPECTED_MESSAGE")  # fmt: skip
"""How OpenSSL calls it when an answer is in another language."""


def tls_failure(address: Address, error: ssl.SSLError) -> LinkError:
    """What people are told when TLS does not come about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(address, error)
    reason = str(error.reason or "")
    if _has_hung_up(error):
        return LinkError("no-answer", f"{address.netloc} hangs up at once", retryable=True)
    if _is_other_language(error):
        return LinkError(
            "no-tls",
            f"{address.netloc} does not speak TLS: use http://{address.netloc}, "
            "or the port where https is",
            retryable=False,
        )
    if "CERTIFICATE_REQUIRED" in reason:
        why = "it wants a certificate of yours, and tui-rooms has none"
    else:
        why = f"no agreement on how ({reason.replace('_', ' ').lower() or 'no reason given'})"
    return LinkError(
        "bad-tls", f"no TLS with {address.netloc}: {why}; ask its operator", retryable=False
    )


def tls_instead(address: Address) -> LinkError:
    """What people are told when it was tried without TLS where there is nothing else."""
    return LinkError(
        "tls-only", f"{address.netloc} speaks TLS: use https://{address.netloc}", retryable=False
    )


def speaks_tls(address: Address) -> bool:
    """Whether somebody begins to speak TLS there. It blocks for some seconds at most."""
    context = ssl.create_default_context()
    # Nothing is sent that matters: whose certificate it is makes no difference here.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        place = (address.host, address.port)
        with (
            socket.create_connection(place, PROBE_TIMEOUT) as plain,
            context.wrap_socket(plain, server_hostname=address.host),
        ):
            return True
    except ssl.SSLError as error:
        return not _is_other_language(error)  # it may have refused us in TLS
    except OSError:
        return False


def _is_other_language(error: ssl.SSLError) -> bool:
    reason = str(error.reason or "")
    return reason.startswith(_NOT_TLS) or _has_hung_up(error)


def _has_hung_up(error: ssl.SSLError) -> bool:
    gone = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    return isinstance(error, gone) or "EOF" in str(error.reason or "")


def _certificate(address: Address, error: ssl.SSLCertVerificationError) -> LinkError:
    wrong = _WRONG.get(error.verify_code, f"cannot be trusted ({error.verify_message})")
    return LinkError(
        "bad-certificate", f"the certificate of {address.netloc} {wrong}", retryable=False
    )
