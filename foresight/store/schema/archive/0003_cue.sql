-- Words that decided something about a trend. docs/data.md says what every column means.

CREATE TABLE cue (
    run_id VARCHAR NOT NULL,
    trend_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    side VARCHAR NOT NULL,
    word VARCHAR NOT NULL,
    lang VARCHAR NOT NULL,
    weight DOUBLE NOT NULL,
    documents VARCHAR[] NOT NULL
);
