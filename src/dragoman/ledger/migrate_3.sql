-- From schema version 3 to 4: what decided a party's code, the first-level division of a place, the
-- meaning of a sentence. Coded before, they have none.
ALTER TABLE participants ADD COLUMN knowledge VARCHAR;
ALTER TABLE participants ADD COLUMN confidence DOUBLE;
ALTER TABLE participants ADD COLUMN decided_by VARCHAR;
ALTER TABLE events ADD COLUMN place_region VARCHAR;
ALTER TABLE events ADD COLUMN meaning BLOB;
