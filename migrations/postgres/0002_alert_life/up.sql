-- Who answered for an alert, and which unit, when a promise on it was given: the rate of promises
-- kept is theirs, whoever leads later.
ALTER TABLE alert_commitments ADD COLUMN responsible_id BIGINT REFERENCES people (id);
ALTER TABLE alert_commitments ADD COLUMN unit_id BIGINT REFERENCES administrative_units (id);
UPDATE alert_commitments SET
    responsible_id = (SELECT a.responsible_id FROM alerts a WHERE a.id = alert_id),
    unit_id = (SELECT a.unit_id FROM alerts a WHERE a.id = alert_id);
CREATE UNIQUE INDEX alert_commitments_running ON alert_commitments (alert_id) WHERE outcome = 'running';
CREATE INDEX alert_commitments_by_due_on ON alert_commitments (due_on);

-- Waived because there was nothing wrong: the rule was, or the data.
ALTER TABLE alerts ADD COLUMN false_alarm BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX alerts_by_unit_id ON alerts (unit_id);
CREATE INDEX alerts_by_raised_on ON alerts (raised_on);
-- Repeats are found by identity.
CREATE INDEX alerts_by_identity ON alerts (rule, subject_type, subject_id, context);

CREATE UNIQUE INDEX alert_policies_one ON alert_policies (rule, COALESCE(unit_id, 0));
