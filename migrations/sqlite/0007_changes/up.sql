-- What readers keep in memory is checked against this table at every request: one row for each
-- project, counted up in the transaction of any change to what figures or lists show of it, and the
-- row 0 for reference data. Kept by triggers, so that no writer can forget it.
--
-- `number` counts the changes of a row. `version` orders them over all rows, so that the few that
-- are new since a reader last looked are found by an index.
CREATE TABLE project_changes (
    project_id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX project_changes_by_version ON project_changes (version);
INSERT INTO project_changes (project_id, number, version) SELECT id, 1, 1 FROM projects;
INSERT INTO project_changes (project_id, number, version) VALUES (0, 1, 1);
CREATE TRIGGER projects_insert_noted AFTER INSERT ON projects
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER projects_update_noted AFTER UPDATE ON projects
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER project_links_insert_noted AFTER INSERT ON project_links
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER project_links_update_noted AFTER UPDATE ON project_links
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER project_people_insert_noted AFTER INSERT ON project_people
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER project_people_update_noted AFTER UPDATE ON project_people
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER project_locations_insert_noted AFTER INSERT ON project_locations
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER project_locations_delete_noted AFTER DELETE ON project_locations
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT OLD.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER disbursements_insert_noted AFTER INSERT ON disbursements
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER plan_entries_insert_noted AFTER INSERT ON plan_entries
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT (SELECT project_id FROM plan_lines WHERE id = NEW.line_id), 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER plan_lines_update_noted AFTER UPDATE ON plan_lines
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT NEW.project_id, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER schedules_insert_noted AFTER INSERT ON schedules WHEN NEW.status = 'approved'
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT (SELECT project_id FROM plan_lines WHERE id = NEW.line_id), 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER schedules_update_noted AFTER UPDATE ON schedules WHEN NEW.status = 'approved'
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT (SELECT project_id FROM plan_lines WHERE id = NEW.line_id), 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER administrative_units_insert_noted AFTER INSERT ON administrative_units
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER administrative_units_update_noted AFTER UPDATE ON administrative_units
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER unit_parents_insert_noted AFTER INSERT ON unit_parents
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER unit_parents_update_noted AFTER UPDATE ON unit_parents
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER agencies_insert_noted AFTER INSERT ON agencies
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER agencies_update_noted AFTER UPDATE ON agencies
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER people_insert_noted AFTER INSERT ON people
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER people_update_noted AFTER UPDATE ON people
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER funding_sources_insert_noted AFTER INSERT ON funding_sources
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
CREATE TRIGGER funding_sources_update_noted AFTER UPDATE ON funding_sources
BEGIN
    INSERT INTO project_changes (project_id, number, version)
    SELECT 0, 1, (SELECT MAX(version) + 1 FROM project_changes) WHERE 1 = 1
    ON CONFLICT (project_id) DO UPDATE SET number = number + 1, version = excluded.version;
END;
