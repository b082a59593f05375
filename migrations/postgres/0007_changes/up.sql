-- What readers keep in memory is checked against this table at every request: one row for each
-- project, counted up in the transaction of any change to what figures or lists show of it, and the
-- row 0 for reference data. Kept by triggers, so that no writer can forget it.
--
-- `number` counts the changes of a row. `version` orders them over all rows, so that the few that
-- are new since a reader last looked are found by an index; it is the number of the transaction.
CREATE TABLE project_changes (
    project_id BIGINT PRIMARY KEY,
    number BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX project_changes_by_version ON project_changes (version);
INSERT INTO project_changes (project_id, number, version) SELECT id, 1, 0 FROM projects;
INSERT INTO project_changes (project_id, number, version) VALUES (0, 1, 0);

CREATE FUNCTION note_change(changed BIGINT) RETURNS void LANGUAGE sql AS $$
    INSERT INTO project_changes AS c (project_id, number, version)
    VALUES (changed, 1, pg_current_xact_id()::text::bigint)
    ON CONFLICT (project_id) DO UPDATE SET number = c.number + 1, version = excluded.version
$$;
CREATE FUNCTION note_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_change(NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION note_row_of_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM note_change(OLD.project_id);
    ELSE
        PERFORM note_change(NEW.project_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION note_row_of_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_change((SELECT project_id FROM plan_lines WHERE id = NEW.line_id));
    RETURN NULL;
END
$$;
CREATE FUNCTION note_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_change(0);
    RETURN NULL;
END
$$;
CREATE TRIGGER projects_noted AFTER INSERT OR UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION note_project();
CREATE TRIGGER project_links_noted AFTER INSERT OR UPDATE ON project_links FOR EACH ROW EXECUTE FUNCTION note_row_of_project();
CREATE TRIGGER project_people_noted AFTER INSERT OR UPDATE ON project_people FOR EACH ROW EXECUTE FUNCTION note_row_of_project();
CREATE TRIGGER project_locations_noted AFTER INSERT OR DELETE ON project_locations FOR EACH ROW EXECUTE FUNCTION note_row_of_project();
CREATE TRIGGER disbursements_noted AFTER INSERT ON disbursements FOR EACH ROW EXECUTE FUNCTION note_row_of_project();
CREATE TRIGGER plan_entries_noted AFTER INSERT ON plan_entries FOR EACH ROW EXECUTE FUNCTION note_row_of_line();
CREATE TRIGGER plan_lines_noted AFTER UPDATE ON plan_lines FOR EACH ROW EXECUTE FUNCTION note_row_of_project();
CREATE TRIGGER schedules_noted AFTER INSERT OR UPDATE ON schedules FOR EACH ROW WHEN (NEW.status = 'approved') EXECUTE FUNCTION note_row_of_line();
CREATE TRIGGER administrative_units_noted AFTER INSERT OR UPDATE ON administrative_units FOR EACH STATEMENT EXECUTE FUNCTION note_reference();
CREATE TRIGGER unit_parents_noted AFTER INSERT OR UPDATE ON unit_parents FOR EACH STATEMENT EXECUTE FUNCTION note_reference();
CREATE TRIGGER agencies_noted AFTER INSERT OR UPDATE ON agencies FOR EACH STATEMENT EXECUTE FUNCTION note_reference();
CREATE TRIGGER people_noted AFTER INSERT OR UPDATE ON people FOR EACH STATEMENT EXECUTE FUNCTION note_reference();
CREATE TRIGGER funding_sources_noted AFTER INSERT OR UPDATE ON funding_sources FOR EACH STATEMENT EXECUTE FUNCTION note_reference();
