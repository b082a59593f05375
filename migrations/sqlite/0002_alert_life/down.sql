DROP INDEX alert_policies_one;
DROP INDEX alerts_by_identity;
DROP INDEX alerts_by_raised_on;
DROP INDEX alerts_by_unit_id;
ALTER TABLE alerts DROP COLUMN false_alarm;
DROP INDEX alert_commitments_by_due_on;
DROP INDEX alert_commitments_running;
ALTER TABLE alert_commitments DROP COLUMN unit_id;
ALTER TABLE alert_commitments DROP COLUMN responsible_id;
