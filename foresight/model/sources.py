"""What we listen to, and what came of asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it brings numpy, which settings and help can do without
    from foresight.model.documents import Document


class Voice(StrEnum):
    """Who speaks in a source; the say–feel gap compares company with customer and employee."""

    COMPANY = "company"
    CUSTOMER = "customer"
    EMPLOYEE = "employee"
    EXPERT = "expert"
    MEDIA = "media"
    REGULATOR = "regulator"


class SourceKind(StrEnum):
    """How documents of a source reach us."""

    FEED = "feed"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that publishes: a feed, or the name given to imported articles.

    Attributes:
        id: stable key; for a feed a hash of its configured URL, for an import a slug of its name.
        url: the feed's URL, "" for an import.
        lang: declared language (ISO 639-1), "" where not declared.
        region: ISO 3166 country code or a name like "EU"; "" where not declared.
        weight: how much one story of this source counts; 1 is usual, 0 or more.
        interval: the shortest pause between two requests.
        active: whether it still stands in the settings.
    """

    id: str
    title: str
    kind: SourceKind = SourceKind.FEED
    url: str = ""
    lang: str = ""
    region: str = ""
    voice: Voice = Voice.MEDIA
    group: str = ""
    tags: tuple[str, ...] = ()
    weight: float = 1.0
    interval: timedelta = timedelta(hours=1)
    active: bool = True


class FetchOutcome(StrEnum):
    """What one request to a source came to."""

    NEW = "new"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request to a source and its outcome.

    Attributes:
        at: when it was asked, aware UTC.
        status: HTTP status, 0 where none came.
        etag, last_modified: validators exactly as received, "" where none; sent back verbatim.
            Those of a failed fetch are "" so that the next request is unconditional.
        body_sha256: hex digest of the decoded body, "" where none.
        bytes: size of the decoded body.
        entries: entries the parser found; new_documents: of them stored for the first time;
            changed_documents: stored before, now with other text.
        degraded: the body was damaged and only partly read.
        error: name of the error class in `foresight.model.errors`, "" where none; detail: its facts as text.
        seconds: wall time of the request.
        retry_after: the server's wish not to be asked before, if any.
        failures: failed requests in a row up to and including this one; 0 for a good one.
    """

    source_id: str
    at: datetime
    outcome: FetchOutcome
    run_id: str = ""
    status: int = 0
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = ""
    bytes: int = 0
    entries: int = 0
    new_documents: int = 0
    changed_documents: int = 0
    degraded: bool = False
    error: str = ""
    detail: str = ""
    seconds: float = 0.0
    retry_after: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What we ask of the network for one source."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back.

    Attributes:
        url: the final URL after redirects.
        headers: lower-cased names, in order; names may repeat.
        body: decoded bytes, within the size limit.
        moved: where permanent redirects alone (301, 308) led to, "" where there were none.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 0.0
    moved: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, "" where it is absent."""
        return next((value for key, value in self.headers if key == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One entry as a feed gave it; nothing cleaned but what was needed to read it.

    Attributes:
        key: what identifies the entry within its source (guid, else canonical link, else a hash).
        html: summary or content, HTML or plain text.
        published: the parsed date, aware UTC, None where missing or senseless; published_raw keeps the text.
        lang: language the feed declares for it, "" where none.
    """

    source_id: str
    key: str
    title: str
    html: str = ""
    url: str = ""
    guid: str = ""
    published: datetime | None = None
    published_raw: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectResult:
    """What asking one source brought: the request as it is to be kept, and the documents to keep with it.

    Validators of `fetch` count only when they are stored in the same transaction as `documents`.
    """

    fetch: Fetch
    documents: tuple[Document, ...] = ()
