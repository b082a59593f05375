//! The figures of many lines at once agree, on every day, with the book of each line; and the
//! roll-up they are read from can be compared with the payments and rebuilt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use giaingan::db::schema::{
    disbursements, line_months, plan_entries, plan_lines, schedule_items, schedules,
};
use giaingan::db::sql::sql;
use giaingan::db::{self, Conn};
use giaingan::domain::calendar::month_start;
use giaingan::domain::capital::{EntryKind, Origin};
use giaingan::domain::ledger::{Entry, LineBook, Posting};
use giaingan::domain::money::Money;
use giaingan::domain::progress::{Basis, Totals, line_progress};
use giaingan::domain::schedule::{ScheduleItem, ScheduleVersion};
use giaingan::domain::scope::Scope;
use giaingan::service::figures::{self, LineFilter};
use giaingan::service::rollup::{self, Difference};
use giaingan::service::{Ctx, View, read, write};

use crate::support::app::{TestApp, both, date};
use crate::support::builders::World;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % u64::try_from(sides).expect("sides")).expect("small")
    }

    fn day(&mut self) -> NaiveDate {
        date("2024-01-01") + TimeDelta::days(self.roll(120))
    }
}

#[derive(Clone)]
struct Known {
    id: i64,
    origin: Origin,
    book: LineBook,
    versions: Vec<ScheduleVersion>,
}

/// Lines with facts on random days, lawful or not: the arithmetic must not care.
fn scatter(
    conn: &mut Conn,
    dice: &mut Dice,
    projects: &[i64],
    sources: &[i64],
) -> QueryResult<Vec<Known>> {
    let mut known = Vec::new();
    for project in projects {
        for source in sources {
            for origin in Origin::ALL {
                let id = diesel::insert_into(plan_lines::table)
                    .values((
                        plan_lines::project_id.eq(project),
                        plan_lines::funding_source_id.eq(source),
                        plan_lines::budget_year.eq(2024),
                        plan_lines::origin.eq(origin.as_str()),
                        plan_lines::deadline.eq(date("2025-01-31")),
                    ))
                    .returning(plan_lines::id)
                    .get_result(conn)?;
                let book = LineBook {
                    entries: entries(conn, dice, id)?,
                    postings: postings(conn, dice, id, *project)?,
                };
                known.push(Known {
                    id,
                    origin,
                    book,
                    versions: versions(conn, dice, id)?,
                });
            }
        }
    }
    Ok(known)
}

fn entries(conn: &mut Conn, dice: &mut Dice, line: i64) -> QueryResult<Vec<Entry>> {
    (0..=dice.roll(5))
        .map(|_| entry(conn, dice, line))
        .collect()
}

fn entry(conn: &mut Conn, dice: &mut Dice, line: i64) -> QueryResult<Entry> {
    let kind = EntryKind::ALL[usize::try_from(dice.roll(7)).expect("small")];
    let entry = Entry {
        kind,
        amount: kind.signed(Money::dong(1 + dice.roll(900))),
        effective_date: dice.day(),
        deadline: date("2025-01-31"),
        reversal: false,
        voided: false,
    };
    diesel::insert_into(plan_entries::table)
        .values((
            plan_entries::line_id.eq(line),
            plan_entries::kind.eq(kind.as_str()),
            plan_entries::amount.eq(entry.amount.get()),
            plan_entries::effective_date.eq(entry.effective_date),
            plan_entries::deadline.eq(entry.deadline),
            plan_entries::decision_number.eq("1"),
            plan_entries::decision_issuer.eq("HĐND"),
            plan_entries::decision_date.eq(entry.effective_date),
            plan_entries::recorded_at
                .eq(entry.effective_date.and_hms_opt(0, 0, 0).expect("midnight")),
        ))
        .execute(conn)?;
    Ok(entry)
}

fn postings(
    conn: &mut Conn,
    dice: &mut Dice,
    line: i64,
    project: i64,
) -> QueryResult<Vec<Posting>> {
    let count = dice.roll(9);
    let postings: QueryResult<Vec<Posting>> = (0..count)
        .map(|_| posting(conn, dice, line, project))
        .collect();
    let postings = postings?;
    let mut months: Vec<NaiveDate> = postings
        .iter()
        .map(|one| month_start(one.posted_on))
        .collect();
    months.sort_unstable();
    months.dedup();
    for month in months {
        let of_month = || {
            postings
                .iter()
                .filter(move |one| month_start(one.posted_on) == month)
        };
        diesel::insert_into(line_months::table)
            .values((
                line_months::line_id.eq(line),
                line_months::month.eq(month),
                line_months::net.eq(of_month().map(|one| one.net.get()).sum::<i64>()),
                line_months::advance.eq(of_month().map(|one| one.advance.get()).sum::<i64>()),
            ))
            .execute(conn)?;
    }
    Ok(postings)
}

fn posting(conn: &mut Conn, dice: &mut Dice, line: i64, project: i64) -> QueryResult<Posting> {
    let posting = Posting {
        net: Money::dong(dice.roll(300) - 60),
        advance: Money::dong(dice.roll(200) - 80),
        posted_on: dice.day(),
    };
    diesel::insert_into(disbursements::table)
        .values((
            disbursements::line_id.eq(line),
            disbursements::project_id.eq(project),
            disbursements::kind.eq("advance"),
            disbursements::gross_amount.eq(1_i64),
            disbursements::advance_recovered.eq(0_i64),
            disbursements::net_amount.eq(posting.net.get()),
            disbursements::advance_change.eq(posting.advance.get()),
            disbursements::posted_on.eq(posting.posted_on),
            disbursements::voucher_number.eq("1"),
            disbursements::status.eq("recorded"),
            disbursements::recorded_at
                .eq(posting.posted_on.and_hms_opt(0, 0, 0).expect("midnight")),
        ))
        .execute(conn)?;
    Ok(posting)
}

fn versions(conn: &mut Conn, dice: &mut Dice, line: i64) -> QueryResult<Vec<ScheduleVersion>> {
    let mut versions = Vec::new();
    for number in 1..=dice.roll(5) {
        versions.extend(version(conn, dice, line, number)?);
    }
    Ok(versions)
}

/// A version, if it is an approved one.
fn version(
    conn: &mut Conn,
    dice: &mut Dice,
    line: i64,
    number: i64,
) -> QueryResult<Option<ScheduleVersion>> {
    let version = i32::try_from(number).expect("small");
    let approved = dice.roll(4) > 0;
    let effective_date = dice.day();
    let items: Vec<ScheduleItem> = (0..dice.roll(6))
        .map(|_| ScheduleItem {
            due_date: dice.day(),
            amount: Money::dong(1 + dice.roll(200)),
        })
        .collect();
    let total: i64 = items.iter().map(|item| item.amount.get()).sum();
    let id: i64 = diesel::insert_into(schedules::table)
        .values((
            schedules::line_id.eq(line),
            schedules::version.eq(version),
            schedules::status.eq(if approved { "approved" } else { "submitted" }),
            schedules::effective_date.eq(effective_date),
            schedules::total.eq(total),
            schedules::created_at.eq(effective_date.and_hms_opt(0, 0, 0).expect("midnight")),
        ))
        .returning(schedules::id)
        .get_result(conn)?;
    for (position, item) in (1..).zip(&items) {
        diesel::insert_into(schedule_items::table)
            .values((
                schedule_items::schedule_id.eq(id),
                schedule_items::position.eq::<i32>(position),
                schedule_items::due_date.eq(item.due_date),
                schedule_items::amount.eq(item.amount.get()),
            ))
            .execute(conn)?;
    }
    Ok(approved.then_some(ScheduleVersion {
        version,
        effective_date,
        items,
    }))
}

/// One more fact on some line.
fn one_more(conn: &mut Conn, dice: &mut Dice, known: &mut [Known]) -> QueryResult<()> {
    let count = i64::try_from(known.len()).expect("few");
    let line = &mut known[usize::try_from(dice.roll(count)).expect("a place")];
    match dice.roll(3) {
        0 => line.book.entries.push(entry(conn, dice, line.id)?),
        1 => {
            let project = plan_lines::table
                .find(line.id)
                .select(plan_lines::project_id);
            let project = project.first(conn)?;
            line.book
                .postings
                .push(posting(conn, dice, line.id, project)?);
        }
        _ => {
            let last = schedules::table
                .filter(schedules::line_id.eq(line.id))
                .select(diesel::dsl::max(schedules::version))
                .first::<Option<i32>>(conn)?;
            let number = i64::from(last.unwrap_or_default()) + 1;
            line.versions.extend(version(conn, dice, line.id, number)?);
        }
    }
    Ok(())
}

fn everything() -> LineFilter {
    let scope = Scope {
        everything: true,
        ..Scope::default()
    };
    LineFilter::of_year(2024, Arc::new(scope), date("2024-06-30"))
}

/// A world with scattered lines, by a seed.
async fn scattered(app: &TestApp, seed: u64) -> Vec<Known> {
    let world = World::new(app).await;
    let projects = [world.project, world.other_project];
    let sources = [world.source, world.sub_source, world.other_source];
    let known = app
        .app
        .db
        .write(move |conn| Ok(scatter(conn, &mut Dice(seed), &projects, &sources)?));
    known.expect("scatters")
}

fn differences(app: &TestApp) -> Vec<Difference> {
    read(&Ctx::system(&app.app, "test"), rollup::differences).expect("compares")
}

/// What is answered for a day and basis, against the rules applied to each line by itself.
fn agree(app: &TestApp, known: &[Known], as_of: NaiveDate, basis: Basis) {
    let ctx = Ctx::system(&app.app, "test");
    let answered = |view: &mut View<'_>| figures::lines(view, &everything(), as_of, basis);
    let lines = read(&ctx, answered).expect("reads");
    let fresh = write(&ctx, move |tx| {
        figures::lines(tx, &everything(), as_of, basis)
    });
    let fresh = fresh.expect("reads in a transaction");
    let selected: Vec<&Known> = known
        .iter()
        .filter(|line| basis.selects(line.origin))
        .collect();
    assert_eq!((lines.len(), fresh.len()), (selected.len(), selected.len()));
    let mut expected = Vec::new();
    for ((line, fresh), known) in lines.iter().zip(&fresh).zip(selected) {
        let by_book = line_progress(&known.book, &known.versions, as_of, basis);
        let expect = (known.id, known.book.plan(as_of), by_book);
        for line in [line, fresh] {
            assert_eq!(
                (line.id, line.full_plan, line.progress),
                expect,
                "{as_of} {basis:?}"
            );
        }
        expected.push(by_book);
    }
    let sums = figures::Sums::of(lines.iter().map(|line| &line.progress)).expect("sums");
    let totals = Totals::of(&expected).expect("sums");
    assert_eq!(
        (sums.plan, sums.disbursed, sums.rate, sums.late_amount),
        (
            totals.plan,
            totals.disbursed,
            totals.rate,
            totals.late_amount
        )
    );
}

const BASES: [Basis; 4] = [
    Basis::Initial,
    Basis::Adjusted,
    Basis::Extended,
    Basis::Total,
];

both! {
    async fn many_lines_at_once_agree_with_the_book_of_each(app: TestApp) {
        let known = scattered(&app, 20_240_815).await;
        assert!(known.iter().any(|line| line.versions.len() > 2) && known.iter().any(|line| line.book.postings.len() > 4));
        for as_of in date("2023-12-31").iter_days().take(125) {
            for basis in BASES {
                agree(&app, &known, as_of, basis);
            }
        }
    }

    async fn what_is_kept_in_memory_follows_every_write(app: TestApp) {
        let mut known = scattered(&app, 31).await;
        let mut dice = Dice(77);
        for _ in 0..60 {
            let (seed, before) = (dice.roll(1_000_000).unsigned_abs() + 1, known.clone());
            known = app.app.db.write(move |conn| {
                // A transaction may be run again: each time from the same state.
                let mut lines = before.clone();
                one_more(conn, &mut Dice(seed), &mut lines)?;
                Ok(lines)
            }).expect("adds");
            for basis in [Basis::Initial, Basis::Total] {
                agree(&app, &known, dice.day(), basis);
                agree(&app, &known, date("2024-03-10"), basis);
            }
        }
    }

    async fn readers_and_writers_at_once_never_see_an_older_figure(app: TestApp) {
        let known = scattered(&app, 5).await;
        let line_id = known[0].id;
        let written = Arc::new(AtomicI64::new(known[0].book.disbursed(date("2024-12-31")).get()));
        let (before, done) = (written.load(Ordering::SeqCst), Arc::new(AtomicBool::new(false)));
        let readers: Vec<_> = (0..4).map(|_| {
            let (ctx, written, done) = (Ctx::system(&app.app, "test"), written.clone(), done.clone());
            std::thread::spawn(move || {
                while !done.load(Ordering::SeqCst) {
                    let least = written.load(Ordering::SeqCst);
                    let lines = read(&ctx, |view| figures::lines(view, &everything(), date("2024-12-31"), Basis::Total));
                    let seen = lines.expect("reads").iter().find(|one| one.id == line_id).expect("there").progress.disbursed;
                    assert!(seen.get() >= least, "{} was answered before, now {}", least, seen.get());
                }
            })
        }).collect();
        for _ in 0..50 {
            app.app.db.write(move |conn| {
                let project = plan_lines::table.find(line_id).select(plan_lines::project_id).first::<i64>(conn)?;
                sql::<()>(
                    "INSERT INTO disbursements (line_id, project_id, kind, gross_amount, advance_recovered, net_amount, \
                     advance_change, posted_on, voucher_number, status, recorded_at) VALUES (",
                )
                .bind(line_id).push(", ").bind(project)
                .push(", 'completed_volume', 10, 0, 10, 0, ").bind(date("2024-06-01")).push(", 'v', 'recorded', ")
                .bind(date("2024-06-01").and_hms_opt(0, 0, 0).expect("midnight")).push(")")
                .execute(conn)?;
                Ok(())
            }).expect("pays");
            written.fetch_add(10, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.join().expect("no older figure");
        }
        assert_eq!(written.load(Ordering::SeqCst), before + 500);
    }

    async fn a_wrong_roll_up_is_named_and_put_right(app: TestApp) {
        let known = scattered(&app, 7).await;
        assert_eq!(differences(&app), []);
        let paid = known.iter().find(|line| line.book.postings.len() > 1).expect("a line with payments");
        let (line_id, month) = (paid.id, month_start(paid.book.postings[0].posted_on));
        let other = known.iter().find(|line| line.id != line_id && line.book.entries.iter().any(|entry| entry.amount.is_positive())).expect("a line with a plan").id;
        let done = app.app.db.write(move |conn| {
            let row = line_months::table.filter(line_months::line_id.eq(line_id)).filter(line_months::month.eq(month));
            diesel::update(row).set(line_months::net.eq(line_months::net + 5)).execute(conn)?;
            diesel::insert_into(line_months::table)
                .values((line_months::line_id.eq(other), line_months::month.eq(date("2024-12-01")), line_months::net.eq(9_i64), line_months::advance.eq(0_i64)))
                .execute(conn)?;
            db::rollup::set_deadline(conn, other, date("2026-06-30"))
        });
        done.expect("spoils");
        let found = differences(&app);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().any(|one| matches!(one, Difference::Month { line_id: line, month: on, stored: Some(stored), expected, .. }
            if (*line, *on) == (line_id, month) && stored.0 == expected.0 + 5)));
        assert!(found.iter().any(|one| matches!(one, Difference::Month { line_id: line, stored: Some((9, 0)), expected: (0, 0), .. } if *line == other)));
        assert!(found.iter().any(|one| matches!(one, Difference::Deadline { line_id: line, expected, .. } if *line == other && *expected == date("2025-01-31"))));
        let rebuilt = rollup::rebuild(&Ctx::system(&app.app, "test")).expect("rebuilds");
        assert_eq!(rebuilt, found);
        assert_eq!(differences(&app), []);
    }
}
