-- What each daily job last did, for the one instance that does it and for operators.
CREATE TABLE job_runs (
    name TEXT COLLATE "C" PRIMARY KEY,
    done_for DATE,
    finished_at TIMESTAMP,
    outcome TEXT,
    failed_at TIMESTAMP,
    error TEXT
);
