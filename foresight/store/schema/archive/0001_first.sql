-- The archive. Every column is described in docs/data.md; a test compares the two.
-- All TIMESTAMP columns are UTC. There are no foreign keys: one that is declared makes an upsert of a list
-- column on the referenced row fail; `Archive.check` looks for orphans instead.

CREATE TABLE source (
    source_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    voice VARCHAR NOT NULL,
    group_name VARCHAR NOT NULL,
    tags VARCHAR[] NOT NULL,
    weight DOUBLE NOT NULL,
    interval_seconds DOUBLE NOT NULL,
    active BOOLEAN NOT NULL
);

CREATE TABLE "fetch" (
    source_id VARCHAR NOT NULL,
    asked TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    status INTEGER NOT NULL,
    etag VARCHAR NOT NULL,
    last_modified VARCHAR NOT NULL,
    body_sha256 VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    new_documents BIGINT NOT NULL,
    changed_documents BIGINT NOT NULL,
    degraded BOOLEAN NOT NULL,
    error VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL,
    retry_after TIMESTAMP,
    failures INTEGER NOT NULL
);

CREATE TABLE document (
    doc_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    lang_origin VARCHAR NOT NULL,
    published TIMESTAMP NOT NULL,
    published_origin VARCHAR NOT NULL,
    published_raw VARCHAR NOT NULL,
    first_seen TIMESTAMP NOT NULL,
    content_hash VARCHAR NOT NULL,
    clean_title VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    story_id VARCHAR NOT NULL,
    enriched BOOLEAN NOT NULL
);

CREATE TABLE document_term (
    doc_id VARCHAR NOT NULL,
    lemmas VARCHAR[] NOT NULL,
    phrases VARCHAR[] NOT NULL
);

CREATE TABLE entity (
    doc_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL
);

CREATE TABLE vector (
    encoder VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    vector FLOAT[] NOT NULL
);

CREATE TABLE run (
    run_id VARCHAR PRIMARY KEY,
    started TIMESTAMP NOT NULL,
    status VARCHAR NOT NULL,
    as_of TIMESTAMP,
    finished TIMESTAMP,
    config_hash VARCHAR NOT NULL,
    corpus_hash VARCHAR NOT NULL,
    seed BIGINT NOT NULL,
    code_version VARCHAR NOT NULL,
    encoder VARCHAR NOT NULL,
    packages VARCHAR NOT NULL
);

CREATE TABLE step (
    run_id VARCHAR NOT NULL,
    place INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL,
    fingerprint VARCHAR NOT NULL,
    reused BOOLEAN NOT NULL,
    counts VARCHAR NOT NULL,
    problems VARCHAR NOT NULL
);

CREATE TABLE latest (
    part VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL
);

CREATE TABLE topic (
    topic_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    words VARCHAR[] NOT NULL,
    documents BIGINT NOT NULL,
    x DOUBLE NOT NULL,
    y DOUBLE NOT NULL
);

CREATE TABLE topic_document (
    owner_kind VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    doc_id VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL
);

CREATE TABLE trend (
    trend_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    as_of TIMESTAMP NOT NULL,
    rank INTEGER NOT NULL,
    stage VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    headlines VARCHAR NOT NULL,
    mixed BOOLEAN NOT NULL,
    theme_id VARCHAR NOT NULL,
    parent_id VARCHAR NOT NULL,
    first_document TIMESTAMP NOT NULL,
    last_document TIMESTAMP NOT NULL,
    documents BIGINT NOT NULL,
    stories BIGINT NOT NULL,
    sources BIGINT NOT NULL,
    langs VARCHAR[] NOT NULL,
    recent VARCHAR[] NOT NULL,
    centroid FLOAT[] NOT NULL
);

CREATE TABLE lineage (
    run_id VARCHAR NOT NULL,
    trend_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    earlier_id VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL,
    shared BIGINT NOT NULL,
    review BOOLEAN NOT NULL
);

CREATE TABLE series (
    run_id VARCHAR NOT NULL,
    trend_id VARCHAR NOT NULL,
    week DATE NOT NULL,
    stories DOUBLE NOT NULL,
    total DOUBLE NOT NULL
);

CREATE TABLE signal (
    run_id VARCHAR NOT NULL,
    trend_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    measured_over VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    unit VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    low DOUBLE,
    high DOUBLE,
    n BIGINT NOT NULL
);

CREATE TABLE engine (
    cutoff TIMESTAMP NOT NULL,
    null_calibration VARCHAR NOT NULL,
    calibrated TIMESTAMP
);

CREATE TABLE unit (
    unit_id VARCHAR NOT NULL,
    centroid FLOAT[] NOT NULL,
    weight DOUBLE NOT NULL,
    thresholds VARCHAR NOT NULL,
    born TIMESTAMP NOT NULL,
    last_active TIMESTAMP NOT NULL,
    documents BIGINT NOT NULL,
    asleep BOOLEAN NOT NULL,
    merged_into VARCHAR NOT NULL
);

CREATE TABLE language_mean (
    lang VARCHAR NOT NULL,
    documents BIGINT NOT NULL,
    mean FLOAT[] NOT NULL
);
