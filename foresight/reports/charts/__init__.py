"""Charts of the app and the briefs: each function takes records and a language, and returns an Altair chart."""
