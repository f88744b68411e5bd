"""feeds.yaml and the environment become `Settings`; nothing else reads either.

Every mistake of the file is found, each a `WrongSetting` with its line. What was expected is said in notation, not in
words of one language: ``a | b`` is a choice, ``key?`` a guess at what was meant, ``[…]`` a list, ``0 … 10`` a range.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import yaml

from foresight.model.errors import MissingFile, UnreadableSettings, WrongSetting
from foresight.model.options import CollectOptions, DraftOptions, Options, TextOptions, TrendOptions
from foresight.model.sources import Source, Voice

SHORTEST_INTERVAL = timedelta(minutes=15)
LONGEST_INTERVAL = timedelta(days=30)
INTERFACE_LANGUAGES = ("fi", "en")  # of the app and of messages
ENCODERS = ("e5", "sentences", "lexical")

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TOP_KEYS = ("defaults", "contact", "allow_private_hosts", "groups", "analysis")
_GROUP_KEYS = ("name", "tags", "feeds")
_FEED_KEYS = ("title", "url", "lang", "region", "voice", "tags", "interval", "weight")
_DEFAULT_KEYS = ("lang", "region", "voice", "interval", "weight")
_ENVIRONMENT = "environment"
_WHOLE_RANGES = {
    "story_days": (1, 14),
    "birth_documents": (2, 100),
    "buffer_days": (7, 365),
    "sleep_weeks": (1, 104),
    "window_limit": (100, 100_000),
    "baseline_weeks": (2, 104),
    "permutations": (1, 1_000),
    "least_sources": (1, 100),
    "history_weeks": (9, 520),
}
_NUMBER_RANGES = {
    "story_near": (0.1, 1.0),
    "story_across": (0.1, 1.0),
    "story_far": (0.1, 1.0),
    "birth_distance": (0.05, 1.5),
    "member_quantile": (0.0, 0.5),
    "merge_similarity": (0.3, 1.0),
    "decay": (0.1, 1.0),
    "false_discovery_rate": (0.001, 0.5),
    "least_chance": (0.0, 1.0),
    "small_share": (0.0001, 1.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a team has set.

    Attributes:
        sources: the feeds, in the order of the file.
        options: defaults where nothing is set.
        path: the file they were read from.
        lang: language of messages, "fi" or "en"; "" where the environment does not say.
    """

    sources: tuple[Source, ...]
    options: Options
    path: Path
    lang: str = ""


@dataclass(frozen=True, slots=True)
class _YamlValue:
    """A value of the file: its node, the file, the dotted key that leads to it, and the mistakes found in the file."""

    file: str
    key: str
    node: yaml.Node
    mistakes: list[WrongSetting] = field(default_factory=list)

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def wrong(self, expected: str, found: str = "") -> NoReturn:
        raise WrongSetting(file=self.file, line=self.line, key=self.key, found=found or self.shown, expected=expected)

    @property
    def shown(self) -> str:
        """What stands there, short."""
        if isinstance(self.node, yaml.ScalarNode):
            return str(self.node.value)[:80] or "–"
        return "[…]" if isinstance(self.node, yaml.SequenceNode) else "{…}"

    @property
    def is_empty(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == "tag:yaml.org,2002:null"


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of a file and an environment.

    Args:
        path: feeds.yaml; its head comment is its manual.
        environ: FORESIGHT_SEED, FORESIGHT_LANG, FORESIGHT_ENCODER, FORESIGHT_KEEP_GENERATIONS, FORESIGHT_LOCK_WAIT.

    Raises:
        MissingFile: there is no such file.
        UnreadableSettings: it is no UTF-8 or no YAML.
        WrongSetting: a value is not what it should be; `others` has the further mistakes of the file. Mistakes of the
            environment are looked for where the file has none.
    """
    root = _root(path)
    top = (_checked(lambda place: _mapping(place, _TOP_KEYS), root) or {}) if not root.is_empty else {}
    collecting = CollectOptions(private_hosts=_private_hosts(top.get("allow_private_hosts")))
    if contact := _checked(_contact, top.get("contact")):
        collecting = replace(collecting, user_agent=f"foresight/0.1 (+{contact})")
    options = _analysis(top.get("analysis"), Options())
    sources = _sources(top.get("groups"), top.get("defaults"))
    if root.mistakes:
        first, *others = sorted(root.mistakes, key=_place_in_file)
        first.others = tuple(others)
        raise first
    return Settings(
        sources=sources,
        options=replace(_environment_options(environ, options), collect=collecting),
        path=path,
        lang=_choice_of(environ, "FORESIGHT_LANG", INTERFACE_LANGUAGES),
    )


def _place_in_file(mistake: WrongSetting) -> tuple[int, str]:
    facts = dict(mistake.facts)
    return int(facts["line"]), facts["key"]


def require_sources(settings: Settings) -> Settings:
    """The settings, where they name feeds.

    Raises:
        WrongSetting: they name none, so there is nothing to collect.
    """
    if not settings.sources:
        expected = "- name: …, feeds: [{url: https://…}]"
        raise WrongSetting(file=settings.path, line=1, key="groups", found="–", expected=expected)
    return settings


def data_folder(environ: Mapping[str, str]) -> Path:
    """The data folder where none is named: FORESIGHT_DATA, else "data"."""
    return Path(environ.get("FORESIGHT_DATA") or "data")


def interface_language(environ: Mapping[str, str]) -> str:
    """The language of messages where none is named: FORESIGHT_LANG, else that of the system, else English."""
    wanted = (environ.get("FORESIGHT_LANG"), environ.get("LANG", "")[:2])
    return next((lang for lang in wanted if lang in INTERFACE_LANGUAGES), "en")


def default_options(environ: Mapping[str, str]) -> Options:
    """The options without a file: what the environment says, over the defaults.

    Raises:
        WrongSetting: a variable is not what it should be.
    """
    return _environment_options(environ, Options())


def drafting_options(environ: Mapping[str, str]) -> DraftOptions | None:
    """The language model that may draft stories, None where the environment names none.

    Args:
        environ: FORESIGHT_DRAFT_URL, FORESIGHT_DRAFT_MODEL, FORESIGHT_DRAFT_KEY.

    Raises:
        WrongSetting: a variable is not what it should be, or the model has no address. No message holds the key.
    """
    url, model, key = (environ.get(f"FORESIGHT_DRAFT_{name}", "").strip() for name in ("URL", "MODEL", "KEY"))
    if not url and not model:
        return None
    if not _is_endpoint(url):
        _wrong_variable("FORESIGHT_DRAFT_URL", _without_user(url), "https://…/v1 | http://localhost:11434/v1")
    if not model or not model.isprintable():
        _wrong_variable("FORESIGHT_DRAFT_MODEL", model, '"…"')
    if not (key.isascii() and key.isprintable()) or " " in key:
        _wrong_variable("FORESIGHT_DRAFT_KEY", "***", "ASCII")
    return DraftOptions(url=url.rstrip("/"), model=model, key=key)


def _is_endpoint(url: str) -> bool:
    """A web address without name, query or fragment; without TLS only on this machine or the network at home."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment or re.search(r"\s", url))
    return plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_near(host)))


def _is_near(host: str) -> bool:
    """A name without a dot, or a private or loopback address."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def _without_user(url: str) -> str:
    """An address that may be shown: what stands before an @ may be a secret, and so may a query."""
    return re.sub(r"//[^/]*@", "//***@", url).partition("?")[0] or "–"


def source_id(url: str) -> str:
    """The id of the feed configured under this URL: it stays as long as the URL does."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


T = TypeVar("T")


def _checked(read: Callable[[_YamlValue], T], place: _YamlValue | None) -> T | None:
    """What stands at a place; None where nothing does, or a mistake, which is noted so that the next can be found."""
    if place is None:
        return None
    try:
        return read(place)
    except WrongSetting as mistake:
        place.mistakes.append(mistake)
        return None


def _sources(groups: _YamlValue | None, defaults: _YamlValue | None) -> tuple[Source, ...]:
    given = _checked(lambda place: _mapping(place, _DEFAULT_KEYS), defaults)
    base = _feed_values(given or {})
    seen: dict[str, int] = {}
    found = []
    for place in _checked(_items, groups) or ():
        group = _checked(lambda place: _mapping(place, _GROUP_KEYS), place) or {}
        name, tags = _checked(_text, group.get("name")) or "", _checked(_texts, group.get("tags")) or ()
        for feed in _checked(_items, group.get("feeds")) or ():
            read = _checked(lambda place: _mapping(place, _FEED_KEYS), feed)
            if read is not None:
                found.append(_source(feed, read, {**base, "group": name, "tags": tags}, seen))
    return tuple(source for source in found if source is not None)


def _source(
    place: _YamlValue, feed: Mapping[str, _YamlValue], base: Mapping[str, Any], seen: dict[str, int]
) -> Source | None:
    """A feed of the file, None where its address is wrong."""
    own_tags = _checked(_texts, feed.get("tags")) or ()
    values = {**base, **_feed_values(feed), "tags": tuple(dict.fromkeys((*base["tags"], *own_tags)))}
    title = _checked(_text, feed.get("title"))
    url = _checked(lambda at: _new_address(at, feed.get("url"), seen), place)
    if url is None:
        return None
    return Source(id=source_id(url), title=title or str(urlsplit(url).hostname), url=url, **values)


def _new_address(place: _YamlValue, given: _YamlValue | None, seen: dict[str, int]) -> str:
    """The address of a feed, which no feed before it has."""
    if given is None:
        replace(place, key=f"{place.key}.url").wrong("https://…", found="–")
    url = _url(given)
    same = _same_address_key(url)
    if same in seen:
        given.wrong(f"≠ {seen[same]}", found=url)
    seen[same] = given.line
    return url


def _feed_values(feed: Mapping[str, _YamlValue]) -> dict[str, Any]:
    """The values that a feed and the defaults have in common, as fields of `Source`."""
    readers: dict[str, Callable[[_YamlValue], Any]] = {
        "lang": _lang,
        "region": _region,
        "voice": _voice,
        "interval": _interval,
        "weight": lambda place: _number(place, low=0, high=100),
    }
    found = {key: _checked(read, feed.get(key)) for key, read in readers.items()}
    return {key: value for key, value in found.items() if value is not None}


def _same_address_key(url: str) -> str:
    """Equal for two spellings of one address."""
    parts = urlsplit(url)
    return f"{(parts.hostname or '').removeprefix('www.')}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"


def _url(place: _YamlValue) -> str:
    text = _text(place)
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", text):
        place.wrong("https://… | http://…")
    if parts.username or parts.password:
        # Addresses of sources are published with the archive.
        place.wrong("https://…", found=text.replace(text.partition("://")[2].partition("@")[0], "***"))
    return text


def _lang(place: _YamlValue) -> str:
    text = _text(place)
    return text if re.fullmatch(r"[a-z]{2}", text) else place.wrong("fi | en | sv | … (ISO 639-1)")


def _region(place: _YamlValue) -> str:
    text = _text(place)
    return text if re.fullmatch(r"[A-Z][A-Za-z -]{1,39}", text) else place.wrong("FI | SE | US | … | EU | World")


def _voice(place: _YamlValue) -> Voice:
    text = _text(place)
    known = [voice.value for voice in Voice]
    return Voice(text) if text in known else place.wrong(_choice(text, known))


def _interval(place: _YamlValue) -> timedelta:
    found = _duration(_text(place))
    if found is None:
        place.wrong("30m | 1h | 2d | …")
    if not SHORTEST_INTERVAL <= found <= LONGEST_INTERVAL:
        place.wrong("15m … 30d")
    return found


def _duration(text: str) -> timedelta | None:
    match = re.fullmatch(r"([1-9]\d{0,4}) ?([mhd])", text)
    return int(match[1]) * _UNITS[match[2]] if match else None


def _contact(place: _YamlValue) -> str:
    text = _text(place)
    plain = text.isascii() and text.isprintable() and not set("()") & set(text)
    return text if plain and ("@" in text or "://" in text) else place.wrong("name@example.org | https://…")


def _private_hosts(place: _YamlValue | None) -> tuple[str, ...]:
    hosts = [_checked(_private_host, host) for host in _checked(_items, place) or ()]
    return tuple(host for host in hosts if host)


def _private_host(place: _YamlValue) -> str:
    text = _text(place)
    if not re.fullmatch(r"[\w.:\[\]-]+", text) or "//" in text:
        place.wrong("localhost | 10.0.0.5 | intranet.example.org | …")
    return text


def _analysis(place: _YamlValue | None, options: Options) -> Options:
    """What a team may set of the analysis. The defaults are chosen on data; docs/methods.md says how."""
    known = [field.name for kind in (TextOptions, TrendOptions) for field in fields(kind)]
    given = _checked(lambda at: _mapping(at, ("encoder", *known)), place) or {}
    found = {key: _checked(partial(_analysis_value, key=key), value) for key, value in given.items()}
    values: dict[str, Any] = {key: value for key, value in found.items() if value is not None}
    text = {key: values[key] for key in values if key in TextOptions.__dataclass_fields__}
    trends = {key: values[key] for key in values if key in TrendOptions.__dataclass_fields__}
    return replace(
        options,
        text=TextOptions(**text),
        trends=TrendOptions(**trends),
        encoder=values.get("encoder", options.encoder),
    )


def _analysis_value(place: _YamlValue, key: str) -> Any:
    if key in _WHOLE_RANGES:
        low, high = _WHOLE_RANGES[key]
        return _whole(place, low=low, high=high)
    if key in _NUMBER_RANGES:
        least, most = _NUMBER_RANGES[key]
        return _number(place, low=least, high=most)
    readers = {"encoder": _encoder, "languages": _languages, "windows": _windows, "recent_weeks": _recent_weeks}
    return readers[key](place)


def _encoder(place: _YamlValue) -> str:
    text = _text(place)
    return text if text in ENCODERS else place.wrong(_choice(text, ENCODERS))


def _windows(place: _YamlValue) -> tuple[tuple[int, float, int], ...]:
    found = []
    for one in _items(place):
        parts = _items(one)
        if len(parts) != 3:  # noqa: PLR2004 - days, distance, documents
            one.wrong("[14, 0.6, 4]")
        days, distance, documents = parts
        found.append(
            (_whole(days, low=1, high=365), _number(distance, low=0.05, high=1.5), _whole(documents, low=2, high=100))
        )
    return tuple(found) or place.wrong("[[14, 0.6, 4], …]")


def _recent_weeks(place: _YamlValue) -> tuple[int, ...]:
    weeks = tuple(_whole(one, low=1, high=26) for one in _items(place))
    return tuple(sorted(set(weeks))) or place.wrong("[1, 2, …]")


def _languages(place: _YamlValue) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(_lang(one) for one in _items(place)))
    return codes or place.wrong("[fi, en, …]")


def _environment_options(environ: Mapping[str, str], usual: Options) -> Options:
    """What the environment says goes before what the file says: it belongs to the machine."""
    wait = environ.get("FORESIGHT_LOCK_WAIT", "")
    lock_wait = _duration(wait) if wait else usual.lock_wait
    if lock_wait is None:
        _wrong_variable("FORESIGHT_LOCK_WAIT", wait, "30m | 1h | …")
    return replace(
        usual,
        encoder=_choice_of(environ, "FORESIGHT_ENCODER", ENCODERS) or usual.encoder,
        seed=_whole_of(environ, "FORESIGHT_SEED", usual.seed, low=0, high=2**32 - 1),
        keep_generations=_whole_of(environ, "FORESIGHT_KEEP_GENERATIONS", usual.keep_generations, low=1, high=1_000),
        lock_wait=lock_wait,
    )


def _whole_of(environ: Mapping[str, str], name: str, usual: int, *, low: int, high: int) -> int:
    text = environ.get(name, "")
    if not text:
        return usual
    if not re.fullmatch(r"[0-9]{1,12}", text) or not low <= int(text) <= high:
        _wrong_variable(name, text, f"{low} … {high}")
    return int(text)


def _choice_of(environ: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    text = environ.get(name, "")
    if text and text not in known:
        _wrong_variable(name, text, " | ".join(known))
    return text


def _wrong_variable(name: str, found: str, expected: str) -> NoReturn:
    raise WrongSetting(file=_ENVIRONMENT, line=0, key=name, found=found[:80], expected=expected)


def _root(path: Path) -> _YamlValue:
    """The top of the file. Nodes are composed, never constructed: they know their lines, and no tag makes an object."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UnreadableSettings(file=path, line=mark.line + 1 if mark else 0, reason=reason) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UnreadableSettings(file=path, line=line, reason="UTF-8") from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingFile(file=path) from error
    except (OSError, RecursionError) as error:
        raise UnreadableSettings(file=path, line=1, reason=getattr(error, "strerror", None) or error) from error
    if node is None:
        node = yaml.ScalarNode("tag:yaml.org,2002:null", "", yaml.Mark(str(path), 0, 0, 0, "", 0))
    return _YamlValue(str(path), "", node)


def _mapping(place: _YamlValue, known: Sequence[str]) -> dict[str, _YamlValue]:
    """The values of a mapping by key; an unknown or repeated key is an error. Keys without a value are left out."""
    if not isinstance(place.node, yaml.MappingNode):
        place.wrong("key: …")
    found: dict[str, _YamlValue] = {}
    lines: dict[str, int] = {}
    for key_node, value in place.node.value:
        name = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "{…}"
        key = replace(place, key=f"{place.key}.{name}".lstrip("."), node=key_node)
        if name not in known or name in lines:
            expected = f"≠ {lines[name]}" if name in lines else _choice(name, known)
            _checked(partial(_YamlValue.wrong, expected=expected), key)
            continue
        lines[name] = key.line
        given = replace(key, node=value)
        if not given.is_empty:
            found[name] = given
    return found


def _items(place: _YamlValue | None) -> tuple[_YamlValue, ...]:
    if place is None or place.is_empty:
        return ()
    if not isinstance(place.node, yaml.SequenceNode):
        place.wrong("[…]")
    return tuple(replace(place, node=node) for node in place.node.value)


def _texts(place: _YamlValue | None) -> tuple[str, ...]:
    return tuple(_text(one) for one in _items(place))


def _text(place: _YamlValue) -> str:
    """The words as they are written: YAML would read "no" and "NO" as false, and Norway is a region."""
    if not isinstance(place.node, yaml.ScalarNode) or not str(place.node.value).strip():
        place.wrong('"…"')
    return str(place.node.value).strip()


def _number(place: _YamlValue, *, low: float, high: float) -> float:
    text = _text(place)
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) or not low <= float(text) <= high:
        place.wrong(f"{low:g} … {high:g}")
    return float(text)


def _whole(place: _YamlValue, *, low: int, high: int) -> int:
    text = _text(place)
    if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
        place.wrong(f"{low} … {high}")
    return int(text)


def _choice(found: str, known: Sequence[str]) -> str:
    """The nearest known word as a guess, else all of them."""
    near = difflib.get_close_matches(found.lower(), known, n=1, cutoff=0.6)
    return f"{near[0]}?" if near else " | ".join(known)
