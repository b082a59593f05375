DROP INDEX disbursements_by_status_posted_on;
DROP TABLE statement_matches;
DROP TABLE import_chunks;
DROP TABLE imports;
