-- Who somebody was can be taken out of an event by the transaction that says so in `settings`, which no other one ever
-- sees; the event's place, its links and its hash cannot be changed. Verification accepts an event that was changed only if
-- a later event of the log says into what (service/verify).
DROP TRIGGER audit_events_no_update;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
WHEN NOT EXISTS (SELECT 1 FROM settings WHERE name = 'erasing')
    OR NEW.id IS NOT OLD.id
    OR NEW.chain IS NOT OLD.chain
    OR NEW.seq IS NOT OLD.seq
    OR NEW.at IS NOT OLD.at
    OR NEW.actor_user_id IS NOT OLD.actor_user_id
    OR NEW.request_id IS NOT OLD.request_id
    OR NEW.action IS NOT OLD.action
    OR NEW.entity IS NOT OLD.entity
    OR NEW.entity_id IS NOT OLD.entity_id
    OR NEW.project_id IS NOT OLD.project_id
    OR NEW.prev_hash IS NOT OLD.prev_hash
    OR NEW.hash IS NOT OLD.hash
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;
