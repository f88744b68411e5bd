-- What a workshop makes besides scenarios: futures, signposts, forecasts, journeys, promises and more, every revision
-- of each. Which kinds there are, and what their documents hold, is described in docs/data.md.

CREATE TABLE entry (
    kind TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    rev INTEGER NOT NULL,
    scenario_id TEXT NOT NULL,
    saved TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, entry_id, rev)
) STRICT;

CREATE INDEX entry_of_scenario ON entry (kind, scenario_id);

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER entry_is_never_replaced BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE kind = NEW.kind AND entry_id = NEW.entry_id AND rev = NEW.rev)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
