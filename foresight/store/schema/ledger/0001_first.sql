-- The ledger: what people decide, for ever. Every column is described in docs/data.md; a test compares the two.
-- Times are ISO 8601 in UTC. Rows are added; the triggers refuse anything else, whoever tries.

CREATE TABLE decision (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    trend_id TEXT NOT NULL,
    value TEXT NOT NULL,
    seen_run_id TEXT NOT NULL
) STRICT;

CREATE INDEX decision_of_trend ON decision (trend_id, seq);

CREATE TABLE scenario (
    scenario_id TEXT NOT NULL,
    rev INTEGER NOT NULL,
    saved TEXT NOT NULL,
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (scenario_id, rev)
) STRICT;

CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER scenario_is_never_changed BEFORE UPDATE ON scenario
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER scenario_is_never_deleted BEFORE DELETE ON scenario
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- INSERT OR REPLACE deletes without asking the triggers above.
CREATE TRIGGER decision_is_never_replaced BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER scenario_is_never_replaced BEFORE INSERT ON scenario
WHEN EXISTS (SELECT 1 FROM scenario WHERE scenario_id = NEW.scenario_id AND rev = NEW.rev)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
