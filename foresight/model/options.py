"""The options of every stage. Defaults are chosen on the development data; docs/methods.md has the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOptions:
    """Limits of fetching and parsing.

    Attributes:
        private_hosts: hosts on private or loopback addresses that may be asked all the same.
        host_pause: seconds between two requests to one host.
        max_bytes: of a decoded body; max_entries: of one feed.
        parse_seconds, parse_bytes: computing time and memory of the process that parses one feed.
    """

    user_agent: str = "foresight/0.1 (trend foresight; polite; contact in feeds.yaml)"
    private_hosts: tuple[str, ...] = ()
    concurrency: int = 16
    host_pause: float = 1.0
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 30.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    max_entries: int = 2_000
    parse_seconds: float = 10.0
    parse_bytes: int = 1_000_000_000
    batch_feeds: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOptions:
    """How text is read.

    Attributes:
        languages: the languages in use, ISO 639-1; a text is taken to be in one of them.
        story_near, story_far: least cosine to a story's first item within a day, and up to story_days.
        story_across: least cosine of two articles in different languages, each the other's nearest in story_days.
    """

    languages: tuple[str, ...] = ("fi", "en", "sv", "de")
    story_near: float = 0.55
    story_far: float = 0.65
    story_across: float = 0.45
    story_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendOptions:
    """How trends are found and judged. Cosines are of vectors centred per language.

    Attributes:
        birth_documents: least size of a new trend.
        birth_distance: average-linkage cosine distance at which a group is cut.
        buffer_days: how long a document that fits nowhere waits for company.
        member_quantile: a trend takes what is at least as near as this quantile of its members.
        merge_similarity: two trends whose centroids are nearer become one; the older id stays.
        decay: weight of last week's members in the centroid, per week.
        sleep_weeks: weeks without a document after which a trend sleeps.
        windows: (days, linkage distance, least documents) of the candidate groups.
        window_limit: a window with more documents is split by nearest centroid before grouping.
        recent_weeks, baseline_weeks: the window tested, and the one before it that it is tested against.
        false_discovery_rate: of the weak and emerging list.
        least_chance: to last, of what is called a signal or a candidate.
        permutations: permuted windows that calibrate the test.
        small_share: a trend under this share of all stories counts as small.
        least_sources: independent sources a weak signal needs, or what the corpus can offer.
        history_weeks: weeks of counts kept per trend.
    """

    birth_documents: int = 4
    birth_distance: float = 0.6
    buffer_days: int = 28
    member_quantile: float = 0.1
    merge_similarity: float = 0.75
    decay: float = 0.9
    sleep_weeks: int = 6
    windows: tuple[tuple[int, float, int], ...] = ((7, 0.6, 3), (14, 0.6, 4), (14, 0.5, 3), (28, 0.5, 3))
    window_limit: int = 3_000
    recent_weeks: tuple[int, ...] = (1, 2, 4)
    baseline_weeks: int = 8
    false_discovery_rate: float = 0.1
    least_chance: float = 0.33
    permutations: int = 20
    small_share: float = 0.02
    least_sources: int = 3
    history_weeks: int = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeOptions:
    """How the map of themes is drawn and kept. Cosines are of vectors centred per language.

    Attributes:
        neighbours: nearest documents that each is linked to; grain: resolution at which dense parts are joined by
            their links, more is finer; broad_grain: of the broader themes above them.
        coherence: mean cosine of two documents below which a part is too loose for one theme.
        fitted_at_most: documents that a fit looks at; the others are assigned.
        fewest: documents below which there is no map; least: of a theme.
        member_quantile: a theme takes what is at least as near as this quantile of its members.
        birth_distance, birth_documents: average-linkage distance and size of a group that becomes a new theme.
        buffer_weeks: how long a document that fits nowhere waits for company.
        merge_similarity: a group as near as this to a theme joins it instead of founding one.
        sleep_weeks: weeks without a document after which a theme sleeps.
        refit_weeks: a fit is due after so many; early_weeks: after so many, where more than `missed_share` of what
            has come since fits nowhere.
    """

    neighbours: int = 15
    theme_resolution: float = 5.0
    coherence: float = 0.05
    broad_theme_resolution: float = 0.75
    fit_sample_size: int = 12_000
    fewest: int = 50
    least: int = 10
    member_quantile: float = 0.05
    birth_distance: float = 0.65
    birth_documents: int = 12
    buffer_weeks: int = 8
    merge_similarity: float = 0.75
    sleep_weeks: int = 13
    refit_weeks: int = 13
    early_refit_weeks: int = 4
    refit_missed_share: float = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowOptions:
    """How trends of years are found, from terms per quarter.

    Attributes:
        quarters: the longest span that is counted: the last year, and what it is judged by. Two years are the least.
        least: documents of the last year that a term needs.
        false_discovery_rate: of the weak and emerging list, against permuted quarters.
        permutations: permuted quarters that calibrate the test.
        listed: trends that are listed at most, signals and candidates together.
    """

    quarters: int = 16
    least: int = 5
    false_discovery_rate: float = 0.1
    permutations: int = 40
    listed: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All of it, with the seed that every random choice starts from.

    Attributes:
        encoder: "e5" (the default: multilingual, in the wheel), "sentences" (the same model with the extra `gpu`),
            or "lexical" (words only: thousands of texts a second, no meaning across languages).
        keep_generations: published copies that stay.
        lock_wait: how long a run waits for another to end.
    """

    collect: CollectOptions = field(default_factory=CollectOptions)
    text: TextOptions = field(default_factory=TextOptions)
    trends: TrendOptions = field(default_factory=TrendOptions)
    themes: ThemeOptions = field(default_factory=ThemeOptions)
    slow: SlowOptions = field(default_factory=SlowOptions)
    encoder: str = "e5"
    seed: int = 0
    keep_generations: int = 5
    lock_wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOptions:
    """The language model that may draft, as the environment names it. Never saved, published or recorded with a run.

    Attributes:
        url: base address of an OpenAI-compatible endpoint, without "/chat/completions".
        key: sent as a bearer token, "" for none; a representation never shows it.
        connect_seconds, total_seconds: how long connecting and the whole answer may take.
        most_bytes: of the decoded answer.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    connect_seconds: float = 5.0
    total_seconds: float = 120.0
    most_bytes: int = 500_000
