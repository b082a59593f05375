//! Writes the dataset into an empty database, in whole batches of rows: seconds where the use cases
//! would take an hour. What is derived (roll-up, deadlines, audit chains) is written so that
//! `doctor` finds nothing.

use std::fmt::Write;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use giaingan::db::{Conn, Db, audit::Event};
use giaingan::domain::text::{fold, sort_key};
use giaingan::error::Result;
use giaingan::service::audit::{GENESIS, event_hash};

use crate::dataset::{self, AGENCIES, COMMUNES, Line, Project, SOURCES, STAFF, YEAR};

/// Projects whose rows are written together.
const PROJECTS: i64 = 20;

/// Rows of a table, written by one statement.
struct Rows {
    head: &'static str,
    text: String,
    held: usize,
}

impl Rows {
    fn of(head: &'static str) -> Self {
        Rows {
            head,
            text: String::new(),
            held: 0,
        }
    }

    fn add(&mut self, row: std::fmt::Arguments<'_>) {
        let comma = if self.held == 0 { "" } else { ", " };
        write!(self.text, "{comma}({row})").expect("text grows");
        self.held += 1;
    }

    fn flush(&mut self, conn: &mut Conn) -> Result<()> {
        if self.held > 0 {
            conn.batch_execute(&format!("INSERT INTO {} VALUES {}", self.head, self.text))?;
        }
        self.text.clear();
        self.held = 0;
        Ok(())
    }
}

/// Fills a database in which the province and its administrator were made.
pub fn fill(db: &Db, tenths: i64) -> Result<()> {
    db.write(move |conn| {
        reference(conn)?;
        projects(conn, tenths)
    })?;
    db.write(after)
}

/// Communes, agencies, people, sources, task forces. The province is unit 1.
fn reference(conn: &mut Conn) -> Result<()> {
    let mut units =
        Rows::of("administrative_units (id, code, name, search_key, sort_key, level, valid_from)");
    let mut parents = Rows::of("unit_parents (unit_id, parent_id, valid_from, valid_to)");
    let mut agencies = Rows::of("agencies (id, code, name, search_key, sort_key, kind, unit_id)");
    for unit in 2..=COMMUNES + 1 {
        let name = format!("Xã thử nghiệm {unit:02}");
        let (search, sort) = (fold(&name), sort_key(&name));
        units.add(format_args!(
            "{unit}, 'X{unit:02}', '{name}', '{search}', '{sort}', 'commune', '2025-07-01'"
        ));
        parents.add(format_args!("{unit}, 1, '2025-07-01', '9999-12-31'"));
    }
    units.flush(conn)?;
    parents.flush(conn)?;
    for agency in 1..=AGENCIES {
        let (kind, unit, name) = match agency {
            1..=COMMUNES => ("commune_committee", agency + 1, "Ủy ban nhân dân xã"),
            number if number % 3 == 0 => ("pmu", 1, "Ban quản lý dự án số"),
            _ => ("department", 1, "Sở chuyên ngành số"),
        };
        let name = format!("{name} {agency:02}");
        let (search, sort) = (fold(&name), sort_key(&name));
        agencies.add(format_args!(
            "{agency}, 'CQ{agency:02}', '{name}', '{search}', '{sort}', '{kind}', {unit}"
        ));
    }
    agencies.flush(conn)?;
    people(conn)?;
    sources(conn)
}

fn people(conn: &mut Conn) -> Result<()> {
    let mut people =
        Rows::of("people (id, full_name, search_key, sort_key, position, agency_id, email)");
    for person in 1..=AGENCIES * STAFF {
        let agency = (person - 1) / STAFF + 1;
        let name = format!("Nguyễn Văn {person:03}");
        let (search, sort) = (fold(&name), sort_key(&name));
        people.add(format_args!("{person}, '{name}', '{search}', '{sort}', 'Chuyên viên', {agency}, 'p{person}@thu.nghiem.vn'"));
    }
    people.flush(conn)?;
    let mut forces = Rows::of(
        "task_forces (id, unit_id, standing_agency_id, decision_number, decision_issuer, decision_date)",
    );
    let mut members = Rows::of("task_force_members (task_force_id, person_id, role)");
    for unit in 1..=COMMUNES + 1 {
        let agency = if unit == 1 { COMMUNES + 1 } else { unit - 1 };
        forces.add(format_args!(
            "{unit}, {unit}, {agency}, '{unit}/QĐ-UBND', 'UBND', '2025-07-01'"
        ));
        let first = (agency - 1) * STAFF + 1;
        for (offset, role) in ["head", "deputy", "member"].iter().enumerate() {
            members.add(format_args!("{unit}, {first} + {offset}, '{role}'"));
        }
    }
    forces.flush(conn)?;
    members.flush(conn)
}

fn sources(conn: &mut Conn) -> Result<()> {
    let mut sources = Rows::of(
        "funding_sources (id, code, name, search_key, sort_key, parent_id, budget_level, origin)",
    );
    for source in 1..=SOURCES {
        let name = format!("Nguồn vốn {source:02}");
        let (search, sort) = (fold(&name), sort_key(&name));
        // The first two are those of the central and of the local budget.
        let (parent, level) = match source {
            1 => ("NULL", "central"),
            2 => ("NULL", "province"),
            odd if odd % 2 == 1 => ("1", "central"),
            _ => ("2", "province"),
        };
        sources.add(format_args!("{source}, 'NV{source:02}', '{name}', '{search}', '{sort}', {parent}, '{level}', 'domestic'"));
    }
    sources.flush(conn)
}

/// The tables of projects and money.
struct Ledger {
    projects: Rows,
    links: Rows,
    locations: Rows,
    people: Rows,
    lines: Rows,
    entries: Rows,
    schedules: Rows,
    items: Rows,
    payments: Rows,
    claims: Rows,
    months: Rows,
    events: Rows,
    heads: Rows,
    payment: i64,
}

fn projects(conn: &mut Conn, tenths: i64) -> Result<()> {
    let mut ledger = Ledger {
        projects: Rows::of(
            "projects (id, code, name, search_key, sort_key, project_group, sector, disbursed_before, advance_before, \
             total_investment, investment_decision_number, investment_decision_issuer, investment_decision_date, \
             start_year, end_year, status, created_at)",
        ),
        links: Rows::of(
            "project_links (project_id, managing_unit_id, investor_id, valid_from, valid_to)",
        ),
        locations: Rows::of("project_locations (project_id, unit_id)"),
        people: Rows::of(
            "project_people (project_id, role, person_id, valid_from, valid_to, decision_number, decision_issuer, \
             decision_date, recorded_at)",
        ),
        lines: Rows::of(
            "plan_lines (id, project_id, funding_source_id, budget_year, origin, deadline)",
        ),
        entries: Rows::of(
            "plan_entries (line_id, kind, amount, effective_date, deadline, decision_number, decision_issuer, \
             decision_date, recorded_at, recorded_by)",
        ),
        schedules: Rows::of(
            "schedules (id, line_id, version, status, effective_date, total, created_at, submitted_at, approved_at)",
        ),
        items: Rows::of("schedule_items (schedule_id, position, due_date, amount)"),
        payments: Rows::of(
            "disbursements (id, line_id, project_id, kind, gross_amount, advance_recovered, net_amount, \
             advance_change, posted_on, voucher_number, status, recorded_at, recorded_by)",
        ),
        claims: Rows::of("voucher_claims (line_id, kind, voucher_number, disbursement_id)"),
        months: Rows::of("line_months (line_id, month, net, advance)"),
        events: Rows::of(
            "audit_events (chain, seq, at, actor, action, entity, entity_id, project_id, after, prev_hash, hash)",
        ),
        heads: Rows::of("audit_heads (chain, seq, hash)"),
        payment: 0,
    };
    for project in dataset::projects(tenths) {
        ledger.project(&project)?;
        for line in &project.lines {
            ledger.line(&project, line);
        }
        if project.id % PROJECTS == 0 {
            ledger.flush(conn)?;
        }
    }
    ledger.flush(conn)
}

impl Ledger {
    /// Parents before children, as the foreign keys want it.
    fn flush(&mut self, conn: &mut Conn) -> Result<()> {
        for rows in [
            &mut self.projects,
            &mut self.links,
            &mut self.locations,
            &mut self.people,
            &mut self.lines,
            &mut self.entries,
            &mut self.schedules,
            &mut self.items,
            &mut self.payments,
            &mut self.claims,
            &mut self.months,
            &mut self.events,
            &mut self.heads,
        ] {
            rows.flush(conn)?;
        }
        Ok(())
    }

    fn project(&mut self, project: &Project) -> Result<()> {
        let Project {
            id,
            unit,
            investor,
            sector,
            status,
            ..
        } = project;
        let name = format!("Dự án thử nghiệm số {id:05} trên địa bàn {unit:02}");
        let code = format!("DA{id:05}");
        let (search, sort) = (fold(&format!("{code} {name}")), sort_key(&name));
        let total: i64 = project.lines.iter().map(|line| line.plan * 3).sum();
        self.projects.add(format_args!(
                "{id}, '{code}', '{name}', '{search}', '{sort}', 'C', '{sector}', 0, 0, {total}, \
                 '{id}/QĐ-UBND', 'UBND tỉnh', '2025-06-01', 2025, 2027, '{status}', '2025-12-01 00:00:00'"
            ));
        self.links.add(format_args!(
            "{id}, {unit}, {investor}, '0001-01-01', '9999-12-31'"
        ));
        self.locations.add(format_args!("{id}, {unit}"));
        if let Some(leader) = project.leader {
            self.people.add(format_args!(
                    "{id}, 'leader', {leader}, '2025-12-01', '9999-12-31', '1/TB', 'UBND', '2025-12-01', \
                     '2025-12-01 00:00:00'"
                ));
        }
        self.event(*id)
    }

    /// One event for all that came with a project.
    fn event(&mut self, id: i64) -> Result<()> {
        let mut event = Event {
            chain: format!("project:{id}"),
            seq: 1,
            at: NaiveDateTime::parse_from_str("2026-10-30 08:00:00", "%Y-%m-%d %H:%M:%S")
                .expect("an instant"),
            actor_user_id: None,
            actor: "benchmark".into(),
            address: None,
            request_id: None,
            action: "project.imported".into(),
            entity: "project".into(),
            entity_id: id,
            project_id: Some(id),
            before: None,
            after: Some("{}".into()),
            prev_hash: GENESIS.into(),
            hash: String::new(),
        };
        event.hash = event_hash(&event)?;
        let (chain, hash) = (&event.chain, &event.hash);
        self.events.add(format_args!(
                "'{chain}', 1, '2026-10-30 08:00:00', 'benchmark', 'project.imported', 'project', {id}, {id}, '{{}}', \
                 '{GENESIS}', '{hash}'"
            ));
        self.heads.add(format_args!("'{chain}', 1, '{hash}'"));
        Ok(())
    }

    fn line(&mut self, project: &Project, line: &Line) {
        let Line {
            id, source, plan, ..
        } = line;
        let deadline = format!("{}-01-31", YEAR + 1);
        self.lines.add(format_args!(
            "{id}, {}, {source}, {YEAR}, 'in_year', '{deadline}'",
            project.id
        ));
        self.entries.add(format_args!(
                "{id}, 'initial', {plan}, '{YEAR}-01-01', '{deadline}', '176/NQ-HĐND', 'HĐND tỉnh', '2025-12-08', \
                 '2025-12-10 00:00:00', 1"
            ));
        self.schedules.add(format_args!(
                "{id}, {id}, 1, 'approved', '{YEAR}-01-01', {plan}, '2025-12-11 00:00:00', '2025-12-12 00:00:00', \
                 '2025-12-13 00:00:00'"
            ));
        for (month, amount) in (1_u32..).zip(line.items) {
            let due = dataset::month_end(month);
            self.items
                .add(format_args!("{id}, {month}, '{due}', {amount}"));
        }
        self.paid(project.id, line);
    }

    fn paid(&mut self, project: i64, line: &Line) {
        let id = line.id;
        let mut months: Vec<(chrono::NaiveDate, i64, i64)> = Vec::new();
        for payment in &line.payments {
            self.payment += 1;
            let number = self.payment;
            let kind = ["completed_volume", "advance"][usize::from(payment.is_advance)];
            let (net, advance, on) = (payment.net(), payment.advance(), payment.on);
            self.payments.add(format_args!(
                    "{number}, {id}, {project}, '{kind}', {}, {}, {net}, {advance}, '{on}', 'PV{number}', 'recorded', \
                     '{on} 09:00:00', 1",
                    payment.gross, payment.recovered
                ));
            self.claims
                .add(format_args!("{id}, '{kind}', 'PV{number}', {number}"));
            let month = dataset::month_start(on);
            match months.last_mut() {
                Some((last, nets, advances)) if *last == month => {
                    *nets += net;
                    *advances += advance;
                }
                _ => months.push((month, net, advance)),
            }
        }
        for (month, net, advance) in months {
            self.months
                .add(format_args!("{id}, '{month}', {net}, {advance}"));
        }
    }
}

/// Statistics, and sequences that go on after the rows that brought their own ids.
fn after(conn: &mut Conn) -> Result<()> {
    if conn.is_sqlite() {
        return Ok(conn.batch_execute("ANALYZE")?);
    }
    let counted = "administrative_units agencies people funding_sources task_forces projects plan_lines schedules \
                   disbursements";
    for table in counted.split_whitespace() {
        conn.batch_execute(&format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
        ))?;
    }
    Ok(conn.batch_execute("ANALYZE")?)
}
