"""Pure rules about files."""

from pathlib import PurePath

HEAD_BYTES = 4096
ENDINGS = {
    ".csv": "csv",
    ".json": "json",
    ".xlsx": "xlsx",
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
}
SIGNATURES = {"xlsx": b"PK\x03\x04", "pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}


def kind_of(name: str, head: bytes) -> str:
    """The file's kind when its ending and its first bytes agree, else "". Text must hold no NUL byte."""
    kind = ENDINGS.get(PurePath(name).suffix.lower(), "")
    if kind in ("csv", "json"):
        return kind if b"\0" not in head and not head.startswith(tuple(SIGNATURES.values())) else ""
    return kind if kind and head.startswith(SIGNATURES[kind]) else ""


def is_text_with_nul(name: str, head: bytes) -> bool:
    """Whether it would be CSV but for its NUL bytes."""
    return b"\0" in head and kind_of(name, head.replace(b"\0", b"")) == "csv"
