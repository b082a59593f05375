-- A scan asks what somebody gets on a day, whatever was sent in the years before.
DROP INDEX mails_by_person_id;
CREATE INDEX mails_by_person_id_deliver_on ON mails (person_id, deliver_on);
