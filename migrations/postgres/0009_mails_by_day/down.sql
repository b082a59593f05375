DROP INDEX mails_by_person_id_deliver_on;
CREATE INDEX mails_by_person_id ON mails (person_id);
