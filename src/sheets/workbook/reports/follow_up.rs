//! What came of alerts: promises, and whether alerts do any good.

use super::super::columns::Columns;
use super::super::table::{Cell, Kind, Table, say};
use super::list;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::alert_quality::{self, QualityGroup, QualityRow};
use crate::service::reports::promises::{self, PromiseGroup, PromiseRow};
use crate::service::reports::wanted::{ReportName, Wanted};

/// Promises by leader or unit, and how many of them are kept.
pub(super) fn promises(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = promises::report(view, &wanted.asked, wanted.promise_group()?)?;
    let about = match report.group_by {
        PromiseGroup::Leader => ("Lãnh đạo phụ trách", "Responsible leader"),
        PromiseGroup::Unit => ("Đơn vị", "Unit"),
    };
    let totals = report.totals;
    let columns = Columns::<PromiseRow>::numbered(locale)
        .text(Kind::Name, about, |one| &one.key.name)
        .group(("Số cam kết", "Promises"), |columns| {
            columns
                .add(Kind::Count, ("Tổng số", "All"), |one| one.counts.given)
                .total(totals.given)
                .add(Kind::Count, ("Thực hiện đúng", "Kept"), |one| {
                    one.counts.kept
                })
                .total(totals.kept)
                .add(Kind::Count, ("Không đúng", "Missed"), |one| {
                    one.counts.missed
                })
                .total(totals.missed)
                .add(Kind::Count, ("Lùi hẹn", "Moved"), |one| one.counts.moved)
                .total(totals.moved)
                .add(Kind::Count, ("Chưa đến hạn", "Running"), |one| {
                    one.counts.running
                })
                .total(totals.running)
                .add(
                    Kind::Count,
                    ("Kết thúc khác", "Ended otherwise"),
                    |one| one.counts.ended,
                )
                .total(totals.ended)
        })
        .add(
            Kind::Rate,
            ("Tỷ lệ thực hiện (%)", "Kept (%)"),
            |one| one.counts.kept_rate,
        )
        .total(totals.kept_rate)
        .add(Kind::Count, ("Xếp hạng", "Rank"), |one| one.rank);
    let note = (
        "Tỷ lệ thực hiện bằng số cam kết đúng chia cho tổng số đúng và không đúng; lùi hẹn và chưa đến hạn không tính. Cam kết tính cho người và đơn vị phụ trách vào ngày cam kết.",
        "The rate is kept divided by kept and missed; moved and running ones are left out. A promise counts for who answered, and for the unit, on the day it was given.",
    );
    let mut table = list(view, ReportName::Promises, wanted, &columns, &report.rows)?;
    table.notes.push(say(locale, note).to_owned());
    Ok(table)
}

/// Alerts by rule or unit, and what came of them.
pub(super) fn alert_quality(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let by = wanted.quality_group()?;
    let report = alert_quality::report(view, &wanted.asked, by, wanted.within_days())?;
    let about = match by {
        QualityGroup::Rule => ("Loại cảnh báo", "Kind of alert"),
        QualityGroup::Unit => ("Đơn vị", "Unit"),
    };
    let totals = report.totals;
    let columns = Columns::<QualityRow>::numbered(locale)
        .text(Kind::Name, about, move |one| match by {
            QualityGroup::Rule => labels::rule(&one.key.name, locale),
            QualityGroup::Unit => &one.key.name,
        })
        .group(("Số cảnh báo", "Alerts"), |columns| {
            columns
                .add(Kind::Count, ("Tổng số", "All"), |one| {
                    one.quality.raised
                })
                .total(totals.raised)
                .add(Kind::Count, ("Đã kết thúc", "Over"), |one| {
                    one.quality.resolved
                })
                .total(totals.resolved)
                .add(Kind::Count, ("Báo nhầm", "False"), |one| {
                    one.quality.false_alarms
                })
                .total(totals.false_alarms)
                .add(Kind::Count, ("Lặp lại", "Repeated"), |one| {
                    one.quality.repeats
                })
                .total(totals.repeats)
        })
        .group(("Xử lý kịp thời", "Acted on in time"), |columns| {
            columns
                .add(Kind::Count, ("Số cảnh báo", "Alerts"), |one| {
                    one.quality.acted_on
                })
                .total(totals.acted_on)
                .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"), |one| {
                    one.quality.acted_on_rate
                })
                .total(totals.acted_on_rate)
        })
        .average(
            ("Số ngày đến khi xử lý", "Days to first action"),
            |one| one.quality.days_to_action,
        )
        .total(totals.days_to_action.map(Cell::Average))
        .group(("Thư điện tử", "Mails"), |columns| {
            columns
                .add(Kind::Count, ("Số thư", "Mails"), |one| one.quality.mails)
                .total(totals.mails)
                .add(Kind::Count, ("Số người nhận", "People"), |one| {
                    one.quality.people
                })
                .total(totals.people)
        });
    let days = report.within_days;
    let note = match locale {
        Locale::Vi => format!(
            "Xử lý kịp thời: trong {days} ngày có cam kết, tạm hoãn, miễn trừ, ghi chú, hoặc việc đã được khắc phục. Báo nhầm: được miễn trừ vì không có gì sai."
        ),
        Locale::En => format!(
            "Acted on in time: within {days} days a promise, snooze, waiver or note was given, or the fact was put right. False: waived because nothing was wrong."
        ),
    };
    let mut table = list(
        view,
        ReportName::AlertQuality,
        wanted,
        &columns,
        &report.rows,
    )?;
    table.notes.push(note);
    Ok(table)
}
