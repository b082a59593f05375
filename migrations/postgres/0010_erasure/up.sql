-- Who somebody was can be taken out of an event by the transaction that says so in `settings`, which no other one ever
-- sees; the event's place, its links and its hash cannot be changed. Verification accepts an event that was changed only if
-- a later event of the log says into what (service/verify).
CREATE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM settings WHERE name = 'erasing')
        AND (NEW.id, NEW.chain, NEW.seq, NEW.at, NEW.actor_user_id, NEW.request_id, NEW.action, NEW.entity, NEW.entity_id, NEW.project_id, NEW.prev_hash, NEW.hash)
        IS NOT DISTINCT FROM (OLD.id, OLD.chain, OLD.seq, OLD.at, OLD.actor_user_id, OLD.request_id, OLD.action, OLD.entity, OLD.entity_id, OLD.project_id, OLD.prev_hash, OLD.hash) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
DROP TRIGGER audit_events_no_update ON audit_events;
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure();
