-- From schema version 3 to 4: what decided a party's code, the first-level division of a place, the
-- meaning of a sentence (coded before, they have none); stories; what older versions coded.
ALTER TABLE participants ADD COLUMN knowledge VARCHAR;
ALTER TABLE participants ADD COLUMN confidence DOUBLE;
ALTER TABLE participants ADD COLUMN decided_by VARCHAR;
ALTER TABLE events ADD COLUMN place_region VARCHAR;
ALTER TABLE events ADD COLUMN meaning BLOB;
CREATE TABLE links (one VARCHAR NOT NULL, other VARCHAR NOT NULL, probability DOUBLE NOT NULL);  -- pairs of events that may tell one happening
CREATE TABLE tellings (event VARCHAR PRIMARY KEY, story VARCHAR NOT NULL);
CREATE TABLE stories (
    id VARCHAR PRIMARY KEY,            -- that of its first telling
    type VARCHAR NOT NULL, mode VARCHAR, status VARCHAR NOT NULL, quad VARCHAR NOT NULL, score DOUBLE NOT NULL,
    first_day DATE, last_day DATE, grain VARCHAR NOT NULL,
    place VARCHAR, place_country VARCHAR, latitude DOUBLE, longitude DOUBLE,
    actors VARCHAR[] NOT NULL, recipients VARCHAR[] NOT NULL,
    dead INTEGER,                      -- as the latest telling has it
    tellings INTEGER NOT NULL, reports INTEGER NOT NULL, publishers INTEGER NOT NULL,
    first_seen DATE, last_seen DATE,
    confidence DOUBLE NOT NULL,        -- of its surest telling
    contradictions JSON                -- by field, each value with its number of tellings, where they differ
);
CREATE TABLE former_events (version VARCHAR NOT NULL, report VARCHAR NOT NULL, record JSON NOT NULL);  -- as an older version coded them
