"""A line that failed leaves the name of its error where a provider's own code would stand; nobody is shown it."""

SILENT = frozenset({
    "BadStatusLine", "BrokenPipeError", "ConnectionAbortedError", "ConnectionError", "ConnectionRefusedError",
    "ConnectionResetError", "IncompleteRead", "LineTooLong", "OSError", "RemoteDisconnected",
    "SMTPConnectError", "SMTPServerDisconnected", "SSLCertVerificationError", "SSLEOFError", "SSLError",
    "SSLZeroReturnError", "TimeoutError", "gaierror", "no time left",
})  # fmt: skip


def is_silence(code: str) -> bool:
    """The provider said nothing: it was not reached, or no whole answer came."""
    return code in SILENT
