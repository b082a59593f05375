//! What is measured: a call of the product, the same by SQL alone, and how the two are compared.

use crate::client::{Make, get, post};
use crate::dataset::{self, COMMUNES, SOURCES, YEAR};
use crate::random::Random;

/// Who asks: header lines of an API call and of a page.
pub struct Callers {
    pub api: String,
    pub page: String,
}

/// SQL that does the work of the operation, or what a program without kept figures would do.
pub struct Reference {
    pub sql: String,
    /// `?1` is a number from 1 to this.
    pub numbers: i64,
}

/// An operation.
pub struct Operation {
    pub name: &'static str,
    pub make: Box<Make>,
    pub reference: Option<Reference>,
}

/// A number of its own for each request, the same at each run.
fn draw(client: usize, number: u64) -> Random {
    Random::new((client as u64) << 40 | number)
}

/// All operations at a scale in tenths. `run` keeps the vouchers of several runs apart.
pub fn all(callers: &'static Callers, tenths: i64) -> Vec<Operation> {
    let projects = dataset::projects_at(tenths);
    let mut list = vec![
        Operation {
            name: "project list, 50 of a unit",
            make: Box::new(|client, number| {
                let unit = draw(client, number).between(2, COMMUNES + 1);
                let path = format!("/api/v1/projects?budget_year={YEAR}&unit_id={unit}&limit=50");
                get(&path, &callers.api)
            }),
            reference: Some(list_by_sql()),
        },
        Operation {
            name: "dashboard by unit",
            make: Box::new(|_, _| report("unit", "", callers)),
            reference: Some(sum_of_payments()),
        },
        Operation {
            name: "dashboard by investor",
            make: Box::new(|_, _| report("investor", "", callers)),
            reference: Some(sum_of_payments()),
        },
        Operation {
            name: "dashboard, any day of the year",
            make: Box::new(|client, number| {
                let mut random = draw(client, number);
                let month = u32::try_from(random.between(1, 12)).expect("a month");
                let day = u32::try_from(random.between(1, 28)).expect("a day");
                let by = ["unit", "source", "investor"][random.between(0, 2) as usize];
                let day = dataset::date(month, day).min(dataset::today());
                report(by, &format!("&as_of={day}"), callers)
            }),
            reference: Some(sum_of_payments()),
        },
        Operation {
            name: "late projects, latest first",
            make: Box::new(|_, _| {
                let path = format!(
                    "/api/v1/projects?budget_year={YEAR}&late=true&sort=-late_amount&limit=50"
                );
                get(&path, &callers.api)
            }),
            reference: Some(late_by_sql()),
        },
        Operation {
            name: "live alerts",
            make: Box::new(|_, _| get("/api/v1/alerts?state=live&limit=50", &callers.api)),
            reference: Some(late_by_sql()),
        },
        Operation {
            name: "progress of a project",
            make: Box::new(move |client, number| {
                let project = draw(client, number).between(1, projects);
                let path = format!("/api/v1/projects/{project}/progress?budget_year={YEAR}");
                get(&path, &callers.api)
            }),
            reference: None,
        },
        Operation {
            name: "overview page",
            make: Box::new(|_, _| get(&format!("/?budget_year={YEAR}"), &callers.page)),
            reference: None,
        },
    ];
    list.push(payment(callers, projects));
    list
}

fn report(by: &str, more: &str, callers: &Callers) -> Vec<u8> {
    let path = format!("/api/v1/reports/progress?budget_year={YEAR}&group_by={by}{more}");
    get(&path, &callers.api)
}

/// A payment of a thousand đồng on a line that has room for many.
fn payment(callers: &'static Callers, projects: i64) -> Operation {
    let run = std::process::id();
    let turn = std::sync::atomic::AtomicU64::new(0);
    Operation {
        name: "log a payment",
        make: Box::new(move |client, number| {
            let project = draw(client, number).between(1, projects);
            let source = (project * 7) % SOURCES + 1;
            let unique = turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let voucher = format!("T{run}-{unique}");
            let body = format!(
                "{{\"funding_source_id\":{source},\"budget_year\":{YEAR},\"kind\":\"completed_volume\",\
                 \"gross_amount\":1000,\"posted_on\":\"{}\",\"voucher_number\":\"{voucher}\"}}",
                dataset::today()
            );
            let path = format!("/api/v1/projects/{project}/disbursements");
            post(&path, &callers.api, &voucher, &body)
        }),
        reference: Some(Reference {
            sql: format!(
                "INSERT INTO bench_payments (line_id, project_id, kind, gross_amount, net_amount, posted_on, \
                 voucher_number) VALUES (?1, ?1, 'completed_volume', 1000, 1000, '{}', 'T')",
                dataset::today()
            ),
            numbers: dataset::projects_at(tenths_of(projects)),
        }),
    }
}

fn tenths_of(projects: i64) -> i64 {
    projects / dataset::projects_at(1)
}

/// What the references need beside the product's tables: figures of projects as a program would keep
/// them, and a table to insert into.
pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS bench_totals (
    project_id BIGINT PRIMARY KEY, plan BIGINT NOT NULL, disbursed BIGINT NOT NULL, late_amount BIGINT NOT NULL,
    days_late BIGINT NOT NULL
);
INSERT INTO bench_totals SELECT l.project_id, SUM(e.amount),
    COALESCE((SELECT SUM(d.net_amount) FROM disbursements d WHERE d.project_id = l.project_id), 0), 0, 0
    FROM plan_lines l JOIN plan_entries e ON e.line_id = l.id GROUP BY l.project_id;
CREATE TABLE IF NOT EXISTS bench_payments (
    line_id BIGINT NOT NULL, project_id BIGINT NOT NULL, kind TEXT NOT NULL, gross_amount BIGINT NOT NULL,
    net_amount BIGINT NOT NULL, posted_on DATE NOT NULL, voucher_number TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS bench_payments_line ON bench_payments (line_id, posted_on);
CREATE INDEX IF NOT EXISTS bench_payments_project ON bench_payments (project_id, posted_on);
";

/// The page from kept figures, in one statement.
fn list_by_sql() -> Reference {
    let today = dataset::today();
    Reference {
        sql: format!(
            "SELECT p.id, p.code, p.budget_code, p.name, p.short_name, p.project_group, p.sector, p.disbursed_before, \
             p.advance_before, p.total_investment, p.investment_decision_number, p.investment_decision_issuer, \
             p.investment_decision_date, p.start_year, p.end_year, p.status, u.id, u.code, u.name, a.id, a.code, \
             a.name, w.id, w.full_name, t.plan, t.disbursed, t.late_amount, t.days_late \
             FROM projects p \
             JOIN project_links k ON k.project_id = p.id AND k.valid_from <= '{today}' AND k.valid_to >= '{today}' \
             JOIN administrative_units u ON u.id = k.managing_unit_id JOIN agencies a ON a.id = k.investor_id \
             LEFT JOIN project_people x ON x.project_id = p.id AND x.role = 'leader' AND x.valid_from <= '{today}' \
             AND x.valid_to >= '{today}' LEFT JOIN people w ON w.id = x.person_id \
             JOIN bench_totals t ON t.project_id = p.id \
             WHERE k.managing_unit_id = ?1 + 1 AND EXISTS (SELECT 1 FROM plan_lines l WHERE l.project_id = p.id AND \
             l.budget_year = {YEAR}) ORDER BY p.sort_key, p.id LIMIT 50"
        ),
        numbers: COMMUNES,
    }
}

/// What was paid by unit, from every payment.
fn sum_of_payments() -> Reference {
    let today = dataset::today();
    Reference {
        sql: format!(
            "SELECT k.managing_unit_id, SUM(d.net_amount) FROM disbursements d JOIN plan_lines l ON l.id = d.line_id \
             JOIN project_links k ON k.project_id = l.project_id AND k.valid_from <= '{today}' AND \
             k.valid_to >= '{today}' WHERE l.budget_year = {YEAR} AND d.posted_on <= '{today}' \
             GROUP BY k.managing_unit_id"
        ),
        numbers: 1,
    }
}

/// Who is late, from every payment and schedule item.
fn late_by_sql() -> Reference {
    let today = dataset::today();
    Reference {
        sql: format!(
            "SELECT project_id, SUM(CASE WHEN due > paid THEN due - paid ELSE 0 END) AS late FROM ( \
             SELECT l.project_id, (SELECT SUM(i.amount) FROM schedules s JOIN schedule_items i ON i.schedule_id = s.id \
             WHERE s.line_id = l.id AND s.status = 'approved' AND i.due_date < '{today}') AS due, \
             (SELECT SUM(d.net_amount) FROM disbursements d WHERE d.line_id = l.id AND d.posted_on <= '{today}') AS paid \
             FROM plan_lines l WHERE l.budget_year = {YEAR}) x GROUP BY project_id ORDER BY late DESC LIMIT 50"
        ),
        numbers: 1,
    }
}
