"""feeds.yaml and the environment: what is right is read, what is wrong is told with its line."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foresight.config import Settings, data_folder, interface_language, load_settings, require_sources, source_id
from foresight.model.errors import MissingFile, SettingsError, UnreadableSettings, WrongSetting
from foresight.model.options import Options, TextOptions, TrendOptions
from foresight.model.sources import Voice

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feeds.yaml"


def read(path: Path, text: str, **environ: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environ)


def mistake(path: Path, text: str, **environ: str) -> dict[str, str]:
    with pytest.raises(WrongSetting) as caught:
        read(path, text, **environ)
    return dict(caught.value.facts)


def one_feed(values: str) -> str:
    return f"groups:\n  - name: G\n    feeds:\n      - {{url: 'https://x.fi/feed', {values}}}\n"


def test_a_file_that_says_everything_is_read_in_full(path: Path) -> None:
    settings = read(
        path,
        """
defaults: {interval: 2h, voice: expert, region: EU, weight: 0.5, lang: en}
contact: https://example.org/about
allow_private_hosts: [intranet.example.org]
groups:
  - name: Vähittäiskauppa
    tags: [kauppa, asiakkaat]
    feeds:
      - title: Esimerkki
        url: https://x.fi/feed
        lang: fi
        region: FI
        voice: company
        tags: [oma, kauppa]
        interval: 30m
        weight: 2
      - {url: "https://y.fi/feed"}
analysis: {languages: [fi, en], least_sources: 2, false_discovery_rate: 0.05}
""",
    )
    first, second = settings.sources
    assert (first.title, first.group, first.lang, first.region) == ("Esimerkki", "Vähittäiskauppa", "fi", "FI")
    assert (first.voice, first.interval, first.weight) == (Voice.COMPANY, timedelta(minutes=30), 2.0)
    assert first.tags == ("kauppa", "asiakkaat", "oma")
    assert (second.title, second.voice, second.interval, second.weight) == (
        "y.fi",
        Voice.EXPERT,
        timedelta(hours=2),
        0.5,
    )
    assert settings.options.collect.private_hosts == ("intranet.example.org",)
    assert "https://example.org/about" in settings.options.collect.user_agent
    assert settings.options.text.languages == ("fi", "en")
    assert settings.options.trends.least_sources == 2
    assert settings.options.trends.false_discovery_rate == 0.05


def test_the_projects_own_file_is_right_and_speaks_with_every_voice() -> None:
    sources = load_settings(ROOT / "feeds.yaml", {}).sources
    assert len(sources) >= 45
    assert sum(source.lang == "fi" for source in sources) >= 14
    assert {source.voice for source in sources} == set(Voice)
    assert len({source.group for source in sources}) == 6
    assert len({source.id for source in sources}) == len(sources)


def test_an_empty_file_means_no_sources_and_usual_options(path: Path) -> None:
    assert read(path, "# nothing yet\n") == Settings(sources=(), options=Options(), path=path)
    assert read(path, "groups:\nanalysis:\ndefaults:\n").sources == ()


def test_an_id_stays_as_long_as_the_url_does(path: Path) -> None:
    title, group = (read(path, one_feed(values)).sources[0] for values in ("title: A", "title: B, tags: [x]"))
    assert title.id == group.id == source_id("https://x.fi/feed") == "3c3b2259d038108e"


def test_words_that_yaml_takes_for_something_else_stay_words(path: Path) -> None:
    source = read(path, one_feed("title: 2026, region: NO, lang: no, tags: [on, 1e3]")).sources[0]
    assert (source.title, source.region, source.lang, source.tags) == ("2026", "NO", "no", ("on", "1e3"))


@pytest.mark.parametrize(
    ("values", "key", "found", "expected"),
    [
        ("langg: fi", "groups.feeds.langg", "langg", "lang?"),
        ("zzz: 1", "groups.feeds.zzz", "zzz", "title | url | lang | region | voice | tags | interval | weight"),
        ("voice: compny", "groups.feeds.voice", "compny", "company?"),
        ("voice: [media]", "groups.feeds.voice", "[…]", '"…"'),
        ("lang: fin", "groups.feeds.lang", "fin", "fi | en | sv | … (ISO 639-1)"),
        ("region: fi", "groups.feeds.region", "fi", "FI | SE | US | … | EU | World"),
        ("interval: hourly", "groups.feeds.interval", "hourly", "30m | 1h | 2d | …"),
        ("interval: 5m", "groups.feeds.interval", "5m", "15m … 30d"),
        ("interval: 31d", "groups.feeds.interval", "31d", "15m … 30d"),
        ("interval: 3600", "groups.feeds.interval", "3600", "30m | 1h | 2d | …"),
        ("weight: heavy", "groups.feeds.weight", "heavy", "0 … 100"),
        ("weight: -1", "groups.feeds.weight", "-1", "0 … 100"),
        ("tags: news", "groups.feeds.tags", "news", "[…]"),
        ("tags: [{a: b}]", "groups.feeds.tags", "{…}", '"…"'),
        ("title: ''", "groups.feeds.title", "–", '"…"'),
        ("title: A, title: B", "groups.feeds.title", "title", "≠ 4"),
    ],
)
def test_every_mistake_in_a_feed_is_told_with_its_line(
    path: Path, values: str, key: str, found: str, expected: str
) -> None:
    told = mistake(path, one_feed(values))
    assert told == {"file": str(path), "line": "4", "key": key, "found": found, "expected": expected}


@pytest.mark.parametrize(
    ("text", "line", "key", "expected"),
    [
        ("groupz: []", "1", "groupz", "groups?"),
        ("\ngroups: {a: b}", "2", "groups", "[…]"),
        ("groups:\n  - feeds:\n      - just text", "3", "groups.feeds", "key: …"),
        ("groups:\n- name: G\n  feeds:\n  - title: no url", "4", "groups.feeds.url", "https://…"),
        ("groups:\n- feeds:\n  - url: ftp://x.fi/", "3", "groups.feeds.url", "https://… | http://…"),
        ("groups:\n- feeds:\n  - url: https://[x/", "3", "groups.feeds.url", "https://… | http://…"),
        ("groups:\n- feeds:\n  - url: 'https://x.fi/a b'", "3", "groups.feeds.url", "https://… | http://…"),
        ("groups:\n- feeds:\n  - url: https://x.fi/f\n  - url: http://www.X.fi/f/", "4", "groups.feeds.url", "≠ 3"),
        ("defaults:\n  interval: 1m", "2", "defaults.interval", "15m … 30d"),
        ("defaults:\n  url: https://x.fi", "2", "defaults.url", "lang | region | voice | interval | weight"),
        ("contact: me", "1", "contact", "name@example.org | https://…"),
        (
            "allow_private_hosts: ['http://x']",
            "1",
            "allow_private_hosts",
            "localhost | 10.0.0.5 | intranet.example.org | …",
        ),
        ("analysis:\n  least_sorces: 3", "2", "analysis.least_sorces", "least_sources?"),
        ("analysis:\n  least_sources: 1.5", "2", "analysis.least_sources", "1 … 100"),
        ("analysis:\n  languages: []", "2", "analysis.languages", "[fi, en, …]"),
        ("analysis:\n  windows: [[14, 0.6]]", "2", "analysis.windows", "[14, 0.6, 4]"),
        ("analysis:\n  windows: []", "2", "analysis.windows", "[[14, 0.6, 4], …]"),
        ("analysis:\n  recent_weeks: []", "2", "analysis.recent_weeks", "[1, 2, …]"),
        ("analysis:\n  encoder: e6", "2", "analysis.encoder", "e5 | sentences | lexical"),
        ("? [a]\n: b", "1", "{…}", "defaults | contact | allow_private_hosts | groups | analysis"),
        ("just text", "1", "", "key: …"),
    ],
)
def test_every_other_mistake_too(path: Path, text: str, line: str, key: str, expected: str) -> None:
    told = mistake(path, text)
    assert (told["line"], told["key"], told["expected"]) == (line, key, expected)


def test_a_password_in_an_address_is_refused_and_not_repeated(path: Path) -> None:
    told = mistake(path, "groups:\n- feeds:\n  - url: https://me:secret@x.fi/feed")
    assert "secret" not in told["found"]
    assert told["expected"] == "https://…"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"groups: [", "1"),
        (b"a: 1\n\tb: 2", "2"),
        (b"a: 1\nb: \xff", "2"),
        (b"a: !!python/object:os.system {}\n  - x", "2"),
    ],
)
def test_what_is_no_yaml_is_unreadable_at_a_line(path: Path, content: bytes, line: str) -> None:
    path.write_bytes(content)
    with pytest.raises(UnreadableSettings) as caught:
        load_settings(path, {})
    assert dict(caught.value.facts)["line"] == line


def test_a_file_that_is_not_there_is_missing(path: Path) -> None:
    with pytest.raises(MissingFile) as caught:
        load_settings(path, {})
    assert caught.value.exit_code == 2


def test_every_mistake_of_a_file_is_found_at_once(path: Path) -> None:
    path.write_text(
        "defaults: {lang: fin}\n"
        "grups: []\n"
        "groups:\n"
        "  - name: A\n"
        "    feeds:\n"
        "      - {url: 'ftp://x.fi/', voice: nobody, interval: 1m}\n"
        "      - just text\n"
        "      - {title: no address}\n"
        "  - feeds: none\n"
        "analysis:\n"
        "  least_sources: many\n"
        "  windows: []\n"
    )
    with pytest.raises(WrongSetting) as caught:
        load_settings(path, {})
    mistakes = [dict(mistake.facts) for mistake in (caught.value, *caught.value.others)]
    assert [(mistake["line"], mistake["key"]) for mistake in mistakes] == [
        ("1", "defaults.lang"),
        ("2", "grups"),
        ("6", "groups.feeds.interval"),
        ("6", "groups.feeds.url"),
        ("6", "groups.feeds.voice"),
        ("7", "groups.feeds"),
        ("8", "groups.feeds.url"),
        ("9", "groups.feeds"),
        ("11", "analysis.least_sources"),
        ("12", "analysis.windows"),
    ]


def test_settings_without_feeds_have_nothing_to_collect(path: Path) -> None:
    with pytest.raises(WrongSetting) as caught:
        require_sources(read(path, "# nothing yet\n"))
    assert dict(caught.value.facts)["key"] == "groups"


def test_the_data_folder_and_the_language_come_from_the_environment() -> None:
    assert data_folder({}) == Path("data")
    assert data_folder({"FORESIGHT_DATA": "elsewhere"}) == Path("elsewhere")
    languages = [
        interface_language(said) for said in ({}, {"LANG": "fi_FI.UTF-8"}, {"LANG": "fi", "FORESIGHT_LANG": "en"})
    ]
    assert languages == ["en", "fi", "en"]


def test_tags_of_yaml_make_no_objects(path: Path) -> None:
    assert mistake(path, "groups: !!python/object/apply:os.system ['true']\n")["key"] == "groups"


def test_the_environment_goes_before_the_file(path: Path) -> None:
    settings = read(
        path,
        "analysis: {encoder: lexical}",
        FORESIGHT_SEED="7",
        FORESIGHT_LANG="fi",
        FORESIGHT_ENCODER="e5",
        FORESIGHT_KEEP_GENERATIONS="3",
        FORESIGHT_LOCK_WAIT="30m",
        FORESIGHT_SERVICE_HOST="10.0.0.1",
    )
    options = settings.options
    assert (options.seed, options.encoder, options.keep_generations, settings.lang) == (7, "e5", 3, "fi")
    assert options.lock_wait == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORESIGHT_SEED", "-1"),
        ("FORESIGHT_SEED", "4294967296"),
        ("FORESIGHT_LANG", "sv"),
        ("FORESIGHT_ENCODER", "big"),
        ("FORESIGHT_KEEP_GENERATIONS", "0"),
        ("FORESIGHT_LOCK_WAIT", "soon"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(path: Path, name: str, value: str) -> None:
    told = mistake(path, "", **{name: value})
    assert (told["file"], told["line"], told["key"], told["found"]) == ("environment", "0", name, value)


def test_every_option_of_the_analysis_can_be_set_to_its_default(path: Path) -> None:
    usual = {field.name: getattr(kind(), field.name) for kind in (TextOptions, TrendOptions) for field in fields(kind)}
    assert read(path, json.dumps({"analysis": usual})).options == Options()


@given(st.text(max_size=300))
def test_no_text_breaks_reading(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("settings") / "feeds.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(SettingsError):
        assert load_settings(path, {}).path == path
