"""Everything that can go wrong, as facts. `i18n/*/errors.json` holds the sentences people read, by class name.

    ForesightError
    ├── SettingsError              feeds.yaml or the environment; exit code 2
    │   ├── WrongSetting           a value at a line and key is not what was expected
    │   └── UnreadableSettings     the file is no YAML
    ├── UsageError                 the command's words; exit code 2
    │   ├── UnknownFormat
    │   ├── MissingArgument        a word that has to be given
    │   └── MissingFile            a file to read that is not there
    ├── RunLocked                  another run holds the lock; exit code 3
    ├── CollectError               one source's trouble; a line in the report
    │   ├── Unreachable            no answer: name, connection, TLS
    │   ├── TimedOut
    │   ├── RefusedAddress         a private or loopback address that settings do not allow
    │   ├── RefusedRedirect
    │   ├── HttpFailure            a status of 400 and above
    │   ├── BodyTooLarge
    │   ├── EmptyBody
    │   ├── UnreadableFeed         the body is no feed
    │   └── ParserKilled           the parser took too long or too much memory
    ├── ImportFailure              an import file or one row of it
    │   ├── UnreadableImport       the file cannot be read as what its name says
    │   ├── MissingColumns
    │   └── BadRow                 one row; a line in the report
    ├── StoreError                 stops the run
    │   ├── StoreLocked            another process holds the file
    │   ├── StoreDamaged           the file is no archive, or truncated
    │   ├── StoreFull              no room on the disk
    │   ├── StoreTooNew            the schema is newer than this program
    │   ├── StoreTooOld            a generation of an older schema that cannot be brought up to date
    │   └── NothingPublished       no generation yet
    │       └── NoThemes           nor a map of themes
    ├── LedgerConflict             somebody else saved a newer revision
    │   └── RevisionConflict       of something other than a scenario
    ├── NotFound                   an unknown trend, scenario, document
    │   └── NoJudgementSheets      no sheet to compare
    ├── EncoderError
    │   ├── EncoderUnavailable     no wheel of it here
    │   └── ShapeMismatch          vectors of two encoders
    ├── DraftError                 a language model's draft; the story itself is not touched
    │   ├── DrafterNotSet          the settings name no model
    │   ├── DraftFailed            no answer, or none of the agreed form
    │   └── DraftRefused           the draft says what it may not
    │       ├── UnreadableDraft    no JSON of the parts and sentences that were asked for
    │       ├── UncitedSentence
    │       ├── UnknownCitation    a source that was not given
    │       ├── InventedNumber     not in the evidence the sentence cites
    │       ├── InventedQuotation  the same
    │       ├── InventedName       the same
    │       ├── DraftMarkup        markup, a link or an invisible character
    │       └── EchoedInstructions
    └── ScenarioError
        ├── WrongMatrix            shape, hole, value outside the scale
        ├── UnknownFactor
        │   ├── UnknownState       of a factor that is there
        │   ├── UnknownEvent       in a statement about two events
        │   └── MissingFactor      a future that was chosen before the factor came
        ├── ActsOnItself           a judgement of a factor on itself, or of an event given itself
        ├── TooFewStates
        ├── OffScale               a judgement, effect or score outside its scale
        ├── NotAProbability        a number that is no probability
        ├── WrongShares            probabilities that do not add up to 1
        ├── ImpossibleBelief       a P(event | given) that the two probabilities do not allow
        ├── CircularBeliefs        conditional probabilities that contradict each other around a circle
        ├── TooManyEvents          more than a method can look through
        ├── NothingConsistent      no scenario holds under the judgements
        │   └── SearchTimedOut     none was found before the time ran out
        ├── UninformativeSignpost  a signpost that fits all futures alike
        └── QuestionClosed         an answer to a forecast question that is resolved or past its deadline

Each error takes facts as keyword arguments and keeps them in `facts`; `str()` is for logs.
"""

from __future__ import annotations


class ForesightError(Exception):
    """The root of all that foresight raises on purpose."""

    exit_code = 1

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts: tuple[tuple[str, str], ...] = tuple((name, str(value)) for name, value in facts.items())

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts)
        return f"{type(self).__name__}({facts})"


class SettingsError(ForesightError):
    """feeds.yaml or the environment is wrong."""

    exit_code = 2


class WrongSetting(SettingsError):
    """Facts: file, line, key, found, expected.

    Attributes:
        others: further mistakes of the same file, in its order.
    """

    others: tuple[WrongSetting, ...] = ()


class UnreadableSettings(SettingsError):
    """Facts: file, line, reason."""


class UsageError(ForesightError):
    """The words of a command do not fit. Facts: argument, found, expected."""

    exit_code = 2


class UnknownFormat(UsageError):
    """Facts: found, expected."""


class MissingArgument(UsageError):
    """Facts: argument."""


class MissingFile(UsageError):
    """Facts: file."""


class RunLocked(ForesightError):
    """Another run holds the lock. Facts: path, pid, since."""

    exit_code = 3


class CollectError(ForesightError):
    """One source's trouble. Facts: source_id, url and more."""


class Unreachable(CollectError):
    """Facts: url, reason."""


class TimedOut(CollectError):
    """Facts: url, seconds."""


class RefusedAddress(CollectError):
    """Facts: url, host, address."""


class RefusedRedirect(CollectError):
    """Facts: url, target, reason."""


class HttpFailure(CollectError):
    """Facts: url, status."""


class BodyTooLarge(CollectError):
    """Facts: url, limit."""


class EmptyBody(CollectError):
    """Facts: url."""


class UnreadableFeed(CollectError):
    """Facts: url, found (what the body looks like), reason."""


class ParserKilled(CollectError):
    """Facts: url, seconds, bytes."""


class ImportFailure(ForesightError):
    """An import file or a row of it."""


class UnreadableImport(ImportFailure):
    """Facts: file, format, reason."""


class MissingColumns(ImportFailure):
    """Facts: file, missing, found."""


class BadRow(ImportFailure):
    """Facts: file, row, reason."""


class StoreError(ForesightError):
    """The archive or the ledger cannot be used: the run stops."""


class StoreLocked(StoreError):
    """Facts: path."""


class StoreDamaged(StoreError):
    """Facts: path, reason."""


class StoreFull(StoreError):
    """Facts: path."""


class StoreTooNew(StoreError):
    """Facts: path, schema, known."""


class StoreTooOld(StoreError):
    """Facts: path, schema, known."""


class NothingPublished(StoreError):
    """Facts: path."""


class NoThemes(NothingPublished):
    """There is no map of themes yet."""


class LedgerConflict(ForesightError):
    """Somebody saved a newer revision meanwhile. Facts: scenario_id, expected, found, author, saved."""


class RevisionConflict(LedgerConflict):
    """The same of what a workshop made besides scenarios. Facts: kind, id, expected, found, author, saved."""


class NotFound(ForesightError):
    """Facts: kind, id."""


class NoJudgementSheets(NotFound):
    """Facts: id of the scenario."""


class EncoderError(ForesightError):
    """Texts cannot become vectors."""


class EncoderUnavailable(EncoderError):
    """Facts: encoder, platform, extra."""


class ShapeMismatch(EncoderError):
    """Facts: expected, found."""


class DraftError(ForesightError):
    """There is no draft. No fact ever holds the key or the words of an error page."""


class DrafterNotSet(DraftError):
    """Facts: expected."""

    exit_code = 2


class DraftFailed(DraftError):
    """Facts: host, reason."""


class DraftRefused(DraftError):
    """The draft says what it may not. Facts: place, sentence and more."""


class UnreadableDraft(DraftRefused):
    """Facts: place, found, expected."""


class UncitedSentence(DraftRefused):
    """Facts: place, sentence."""


class UnknownCitation(DraftRefused):
    """Facts: place, sentence, found."""


class InventedNumber(DraftRefused):
    """Facts: place, sentence, found, cited."""


class InventedQuotation(DraftRefused):
    """Facts: place, sentence, found, cited."""


class InventedName(DraftRefused):
    """Facts: place, sentence, found, cited."""


class DraftMarkup(DraftRefused):
    """Facts: place, sentence, found."""


class EchoedInstructions(DraftRefused):
    """Facts: place, sentence."""


class ScenarioError(ForesightError):
    """A matrix or a scenario that cannot be worked with."""

    exit_code = 2


class WrongMatrix(ScenarioError):
    """Facts: file, row, column, found, expected."""


class UnknownFactor(ScenarioError):
    """Facts: factor, known."""


class UnknownState(UnknownFactor):
    """Facts: factor, state, known."""


class UnknownEvent(UnknownFactor):
    """Facts: event, known."""


class MissingFactor(UnknownFactor):
    """Facts: future, missing."""


class ActsOnItself(ScenarioError):
    """Facts: what."""


class TooFewStates(ScenarioError):
    """Facts: factor, states."""


class OffScale(ScenarioError):
    """Facts: what, found, low, high."""


class NotAProbability(ScenarioError):
    """Facts: what, found."""


class WrongShares(ScenarioError):
    """Facts: what, found (the sum)."""


class ImpossibleBelief(ScenarioError):
    """Facts: event, given, found, low, high."""


class CircularBeliefs(ScenarioError):
    """Facts: circle, event, given, found, fitting."""


class TooManyEvents(ScenarioError):
    """Facts: found, most."""


class NothingConsistent(ScenarioError):
    """Facts: scenario, inconsistency, changes."""


class SearchTimedOut(NothingConsistent):
    """Facts: scenario, seconds."""


class UninformativeSignpost(ScenarioError):
    """Facts: signpost, ratio, least."""


class QuestionClosed(ScenarioError):
    """Facts: question, since."""
