-- What was said at a cut-off, how it turned out, and both added up. docs/data.md says what every column means.

CREATE TABLE track_call (
    origin VARCHAR NOT NULL,
    trend_id VARCHAR NOT NULL,
    as_of TIMESTAMP NOT NULL,
    stage VARCHAR NOT NULL,
    rank BIGINT NOT NULL,
    title VARCHAR NOT NULL,
    documents VARCHAR[] NOT NULL,
    words VARCHAR NOT NULL,
    least VARCHAR NOT NULL,
    q_value DOUBLE,
    lasting DOUBLE,
    share DOUBLE NOT NULL,
    bands VARCHAR NOT NULL,
    spoken DOUBLE[] NOT NULL,
    near DOUBLE[] NOT NULL,
    totals DOUBLE[] NOT NULL,
    centre FLOAT[] NOT NULL
);

CREATE TABLE track_outcome (
    origin VARCHAR NOT NULL,
    trend_id VARCHAR NOT NULL,
    as_of TIMESTAMP NOT NULL,
    days BIGINT NOT NULL,
    known TIMESTAMP NOT NULL,
    grew BOOLEAN,
    lasted BOOLEAN,
    chance_grew BOOLEAN,
    spoken DOUBLE[] NOT NULL,
    near DOUBLE[] NOT NULL,
    totals DOUBLE[] NOT NULL
);

CREATE TABLE track_record (
    origin VARCHAR NOT NULL,
    first_cutoff TIMESTAMP NOT NULL,
    last_cutoff TIMESTAMP NOT NULL,
    weeks BIGINT NOT NULL,
    complete BOOLEAN NOT NULL,
    documents BIGINT NOT NULL,
    sources BIGINT NOT NULL,
    sources_only VARCHAR[] NOT NULL,
    made TIMESTAMP NOT NULL,
    code_version VARCHAR NOT NULL,
    encoder VARCHAR NOT NULL,
    calls BIGINT NOT NULL,
    reliability VARCHAR NOT NULL,
    chances VARCHAR NOT NULL,
    brier DOUBLE,
    brier_base DOUBLE,
    coverage VARCHAR NOT NULL,
    lists VARCHAR NOT NULL,
    errors VARCHAR NOT NULL,
    known TIMESTAMP
);

CREATE TABLE backtest (
    fingerprint VARCHAR NOT NULL,
    cutoff TIMESTAMP NOT NULL,
    engine BLOB NOT NULL,
    units BLOB NOT NULL,
    means BLOB NOT NULL,
    trends BLOB NOT NULL
);
