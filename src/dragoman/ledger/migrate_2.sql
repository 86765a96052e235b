-- From schema version 2 to 3: what reports are about, and classes of the user's own codebook. Coded before, they have none.
ALTER TABLE reports ADD COLUMN contexts VARCHAR[];
ALTER TABLE events ADD COLUMN category VARCHAR;
ALTER TABLE events ADD COLUMN category_confidence DOUBLE;
