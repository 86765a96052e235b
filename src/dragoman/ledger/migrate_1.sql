-- From schema version 1 to 2: numbers of dead, injured and arrested. Records coded before have none.
ALTER TABLE events ADD COLUMN dead INTEGER;
ALTER TABLE events ADD COLUMN injured INTEGER;
ALTER TABLE events ADD COLUMN arrested INTEGER;
