-- Trends are found over weeks or over quarters. docs/data.md says what every column means.

ALTER TABLE trend ADD COLUMN speed VARCHAR DEFAULT 'fast';
