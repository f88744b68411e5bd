-- Themes stand in a hierarchy, have titles per language, and are kept between fits. docs/data.md says what every column means.

ALTER TABLE topic ADD COLUMN level BIGINT DEFAULT 0;
ALTER TABLE topic ADD COLUMN parent_id VARCHAR DEFAULT '';
ALTER TABLE topic ADD COLUMN headlines VARCHAR DEFAULT '[]';

CREATE TABLE theme (
    theme_id VARCHAR NOT NULL,
    centroid FLOAT[] NOT NULL,
    weight DOUBLE NOT NULL,
    thresholds VARCHAR NOT NULL,
    born TIMESTAMP NOT NULL,
    last_active TIMESTAMP NOT NULL,
    documents BIGINT NOT NULL,
    asleep BOOLEAN NOT NULL,
    merged_into VARCHAR NOT NULL
);

CREATE TABLE theme_map (
    cutoff TIMESTAMP NOT NULL,
    fitted TIMESTAMP NOT NULL,
    parents VARCHAR NOT NULL,
    documents BIGINT NOT NULL,
    outside BIGINT NOT NULL,
    offered BIGINT NOT NULL,
    missed BIGINT NOT NULL
);

CREATE TABLE theme_mean (
    lang VARCHAR NOT NULL,
    documents BIGINT NOT NULL,
    mean FLOAT[] NOT NULL
);
