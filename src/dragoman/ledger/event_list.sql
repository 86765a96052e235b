-- One row an event, parties joined by "; ": what most users query first.
CREATE VIEW event_list AS
SELECT e.id, e.report, e.first_day, e.last_day, e.grain, e.type, e.mode, e.status, e.quad, e.score, e.confidence,
    (SELECT string_agg(CASE WHEN sector = '' THEN country ELSE country || '.' || sector END, '; ' ORDER BY position)
        FROM participants p WHERE p.event = e.id AND role = 'actor') AS actors,
    (SELECT string_agg(CASE WHEN sector = '' THEN country ELSE country || '.' || sector END, '; ' ORDER BY position)
        FROM participants p WHERE p.event = e.id AND role = 'recipient') AS recipients,
    e.place, e.place_country, e.latitude, e.longitude,
    e.dead, e.injured, e.arrested, e.category, r.contexts,
    substr(r.text, e.evidence_start + 1, e.evidence_end - e.evidence_start) AS evidence,
    r.published, r.publisher, r.source
FROM events e JOIN reports r ON r.id = e.report;
