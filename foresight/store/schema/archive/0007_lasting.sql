-- The chance to last learns from what became of past calls. docs/data.md says what every column means.

ALTER TABLE track_record ADD COLUMN lasting VARCHAR DEFAULT '[]';
