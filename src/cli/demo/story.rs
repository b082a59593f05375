//! What happened in the last weeks of the demo: obstacles, scans, promises kept and broken.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::model::{TODAY, day};
use super::money::{Source, acting};
use super::random::Random;
use crate::domain::alerts::{Rule, State};
use crate::domain::obstacle::{Category, FollowUp};
use crate::error::Result;
use crate::service::alerts::{self, Acknowledgement, AlertFilter};
use crate::service::page::Page;
use crate::service::{App, Ctx, obstacles, read, write};

/// The scans of the demo; the last is of its business date.
const SCANS: [(u32, u32); 5] = [(9, 21), (10, 5), (10, 12), (10, 19), (10, 26)];

/// What blocks some of the projects.
const BLOCKS: [(Category, &str); 5] = [
    (Category::SiteClearance, "Còn 12 hộ chưa bàn giao mặt bằng"),
    (Category::Materials, "Thiếu đất san lấp, giá vật liệu tăng"),
    (
        Category::InvestmentProcedures,
        "Chờ thẩm định điều chỉnh dự án",
    ),
    (
        Category::PaymentDossier,
        "Kho bạc trả lại hồ sơ thanh toán để bổ sung",
    ),
    (Category::Weather, "Mưa bão kéo dài, không thi công được"),
];

/// Lives through it.
pub fn tell(app: &Arc<App>, source: &Arc<Source>) -> Result<()> {
    let system = Ctx::system(app, "demo");
    block(app, source)?;
    for (index, (month, last)) in SCANS.into_iter().enumerate() {
        let today = day(2026, month, last);
        app.clock.set_today(today);
        alerts::scan(&system, None)?;
        if index == 1 {
            promise(app, today)?;
        }
    }
    let (year, month, last) = TODAY;
    app.clock.set_today(day(year, month, last));
    alerts::scan(&system, None)?;
    Ok(())
}

fn block(app: &Arc<App>, source: &Arc<Source>) -> Result<()> {
    let officer = acting(app, "canbo")?;
    app.clock.set_today(day(2026, 9, 1));
    let source = source.clone();
    write(&officer, move |tx| {
        let mut random = Random::new(6);
        for one in source.loaded.iter().step_by(23) {
            let (category, description) = *random.pick(&BLOCKS);
            let input = obstacles::Input {
                category: category.as_str().into(),
                description: description.into(),
                owner_agency_id: None,
                owner_person_id: None,
                due_date: day(2026, 9, 15) + TimeDelta::days(random.between(0, 90)),
                status: FollowUp::Open,
                resolution: None,
            };
            obstacles::create(tx, one.id, &input)?;
        }
        Ok(())
    })
}

/// The leader promises to pay what is late on every second of their alerts: some will be missed.
fn promise(app: &Arc<App>, today: NaiveDate) -> Result<()> {
    let leader = acting(app, "lanhdao")?;
    let filter = AlertFilter {
        rules: vec![Rule::ScheduleOverdue],
        states: vec![State::Open],
        responsible: leader.actor.person_id.into_iter().collect(),
        ..AlertFilter::default()
    };
    let mine = read(&leader, |view| {
        alerts::list(view, &filter, None, &Page::all())
    })?;
    write(&leader, move |tx| {
        for alert in mine.rows.iter().step_by(2) {
            let late = alert
                .facts
                .get("late_amount")
                .and_then(serde_json::Value::as_i64);
            let offered = Acknowledgement {
                commit_date: today + TimeDelta::days(14),
                commit_amount: late.and_then(|late| crate::domain::money::Money::new(late / 2)),
                note: Some("Nhà thầu cam kết nghiệm thu đợt này".into()),
                obstacle_id: None,
            };
            alerts::acknowledge(tx, alert.id, &offered)?;
        }
        Ok(())
    })
}
