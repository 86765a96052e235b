-- The ledger's tables, schema version 4. Offsets count the characters of reports.text, from 0, end not included.
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE reports (
    id VARCHAR PRIMARY KEY,
    published DATE,
    title VARCHAR,
    source VARCHAR,
    publisher VARCHAR,
    text VARCHAR NOT NULL,
    version VARCHAR NOT NULL,          -- of model, knowledge base and ontology that coded it
    notes VARCHAR,
    contexts VARCHAR[]                 -- what the report is about (PLOVER); NULL when it was coded before there were any
);
CREATE TABLE events (
    id VARCHAR PRIMARY KEY,
    report VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    mode VARCHAR,
    status VARCHAR NOT NULL,
    quad VARCHAR NOT NULL,
    score DOUBLE NOT NULL,             -- PLOVER, -10 conflict to +10 cooperation
    confidence DOUBLE NOT NULL,        -- 0 to 1
    first_day DATE,
    last_day DATE,
    grain VARCHAR NOT NULL,
    when_start INTEGER, when_end INTEGER,
    place VARCHAR, place_country VARCHAR, place_region VARCHAR, place_grain VARCHAR,
    latitude DOUBLE, longitude DOUBLE, geonames INTEGER,
    place_start INTEGER, place_end INTEGER,
    trigger_start INTEGER NOT NULL, trigger_end INTEGER NOT NULL,
    evidence_start INTEGER NOT NULL, evidence_end INTEGER NOT NULL,
    dead INTEGER, injured INTEGER, arrested INTEGER,
    category VARCHAR, category_confidence DOUBLE,  -- in the user's own codebook
    meaning BLOB,                      -- the packed vector of its sentence (extraction/extractor.py), by which stories are found
    record JSON NOT NULL               -- the whole record, with the rule behind every code
);
CREATE TABLE participants (
    event VARCHAR NOT NULL,
    role VARCHAR NOT NULL,             -- actor, recipient or speaker
    position INTEGER NOT NULL,
    country VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    name VARCHAR,
    words VARCHAR NOT NULL,
    span_start INTEGER NOT NULL, span_end INTEGER NOT NULL,
    knowledge VARCHAR,                 -- id of the knowledge base's entry (its Wikidata item where known); NULL: no row knows it
    confidence DOUBLE,                 -- how often this rule is right about the country, 0 to 1
    rule VARCHAR,                      -- how the country was found
    decided_by VARCHAR                    -- the knowledge row or the words that decided
);
CREATE TABLE rejected (
    source VARCHAR NOT NULL,
    place VARCHAR,
    reason VARCHAR NOT NULL,
    advice VARCHAR NOT NULL
);
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
