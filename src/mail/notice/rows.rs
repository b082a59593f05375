//! The facts of an alert as a table.

use serde_json::{Map, Value};

use crate::domain::alerts::Rule;
use crate::domain::format::{self, AmountUnit};
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};

/// How a fact is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Money,
    Rate,
    Date,
    Days,
    Text,
    Source,
}

/// Name in the facts, Vietnamese, English, how it is written.
type Row = (&'static str, &'static str, &'static str, Kind);

const SOURCE: Row = (
    "funding_source",
    "Nguồn vốn",
    "Funding source",
    Kind::Source,
);
const YEAR: Row = ("budget_year", "Năm kế hoạch", "Budget year", Kind::Text);
const PLAN: Row = ("plan", "Kế hoạch vốn", "Plan", Kind::Money);
const PAID: Row = ("disbursed", "Đã giải ngân", "Disbursed", Kind::Money);
const RATE: Row = ("rate", "Tỷ lệ giải ngân", "Rate", Kind::Rate);
const DEADLINE: Row = (
    "deadline",
    "Hạn cuối giải ngân",
    "Last day to pay",
    Kind::Date,
);
const ADVANCE: Row = (
    "outstanding_advance",
    "Dư tạm ứng",
    "Outstanding advance",
    Kind::Money,
);
const DUE: Row = ("due_date", "Hạn", "Due", Kind::Date);
const OVERDUE: Row = ("days_overdue", "Quá hạn", "Overdue", Kind::Days);
const SINCE: Row = (
    "effective_since",
    "Kế hoạch có hiệu lực từ",
    "Plan in effect since",
    Kind::Date,
);

/// Which facts of a rule are shown, in order.
fn rows(rule: Rule) -> &'static [Row] {
    match rule {
        Rule::ScheduleOverdue => &[
            SOURCE,
            YEAR,
            PLAN,
            PAID,
            RATE,
            (
                "scheduled",
                "Phải giải ngân đến nay",
                "Scheduled by now",
                Kind::Money,
            ),
            ("late_amount", "Số tiền chậm", "Late amount", Kind::Money),
            (
                "late_since",
                "Chậm từ đợt hạn",
                "Late since the item due",
                Kind::Date,
            ),
            ("days_late", "Số ngày chậm", "Days late", Kind::Days),
            (
                "baseline_late_amount",
                "Chậm so với kế hoạch ban đầu",
                "Late against the first schedule",
                Kind::Money,
            ),
            ADVANCE,
            DEADLINE,
        ],
        Rule::DueSoon => &[
            SOURCE,
            YEAR,
            ("due_date", "Đợt sắp đến hạn", "Next item due", Kind::Date),
            (
                "due_amount",
                "Còn phải giải ngân",
                "Still to be paid",
                Kind::Money,
            ),
            ("days_left", "Còn lại", "Days left", Kind::Days),
            PLAN,
            PAID,
            RATE,
        ],
        Rule::NoDisbursement => &[
            SOURCE,
            YEAR,
            PLAN,
            SINCE,
            (
                "days_without_disbursement",
                "Chưa giải ngân trong",
                "Nothing paid for",
                Kind::Days,
            ),
            DEADLINE,
        ],
        Rule::MissingSchedule => &[
            SOURCE,
            YEAR,
            PLAN,
            SINCE,
            (
                "days_without_schedule",
                "Chưa có kế hoạch chi tiết trong",
                "No schedule for",
                Kind::Days,
            ),
        ],
        Rule::ScheduleMismatch => &[
            SOURCE,
            YEAR,
            PLAN,
            (
                "schedule_total",
                "Tổng kế hoạch chi tiết",
                "Schedule total",
                Kind::Money,
            ),
            ("difference", "Chênh lệch", "Difference", Kind::Money),
            ("mismatched_since", "Lệch từ ngày", "Since", Kind::Date),
            ("schedule_version", "Phiên bản", "Version", Kind::Text),
        ],
        Rule::MissingLeader => &[
            YEAR,
            PLAN,
            ("without_since", "Thiếu từ ngày", "Since", Kind::Date),
        ],
        Rule::UnallocatedCapital => &[
            SOURCE,
            YEAR,
            ("assigned", "Vốn được giao", "Assigned", Kind::Money),
            (
                "assigned_onward",
                "Đã giao cho cấp dưới",
                "Assigned onward",
                Kind::Money,
            ),
            (
                "allocated",
                "Đã phân bổ cho dự án",
                "Allocated to projects",
                Kind::Money,
            ),
            ("unallocated", "Chưa phân bổ", "Unallocated", Kind::Money),
            ("deadline", "Hạn phân bổ", "Allocation deadline", Kind::Date),
            OVERDUE,
        ],
        Rule::MissingTaskForce => &[],
        Rule::BelowTarget => &[
            SOURCE,
            YEAR,
            ("target_date", "Mốc", "Milestone", Kind::Date),
            ("target_percent", "Mục tiêu", "Target", Kind::Rate),
            RATE,
            PLAN,
            PAID,
            ("shortfall", "Còn thiếu", "Shortfall", Kind::Money),
        ],
        Rule::StaleData => &[
            YEAR,
            (
                "last_report_on",
                "Cập nhật gần nhất",
                "Last report",
                Kind::Date,
            ),
            (
                "days_without_report",
                "Chưa cập nhật trong",
                "No report for",
                Kind::Days,
            ),
            (
                "undisbursed",
                "Vốn chưa giải ngân",
                "Undisbursed",
                Kind::Money,
            ),
        ],
        Rule::AdvanceOverdue => &[
            SOURCE,
            YEAR,
            ADVANCE,
            (
                "overdue_advance",
                "Tạm ứng quá hạn",
                "Overdue advance",
                Kind::Money,
            ),
            ("advanced_on", "Tạm ứng từ ngày", "Advanced on", Kind::Date),
            ("days_outstanding", "Thời gian", "For", Kind::Days),
        ],
        Rule::ObstacleOverdue => &[
            ("description", "Nội dung", "What blocks", Kind::Text),
            DUE,
            OVERDUE,
        ],
        Rule::DirectiveOverdue => &[
            ("text", "Nhiệm vụ", "Task", Kind::Text),
            ("source_document", "Văn bản", "Document", Kind::Text),
            DUE,
            OVERDUE,
        ],
        Rule::YearEndRisk => &[
            SOURCE,
            YEAR,
            PLAN,
            PAID,
            RATE,
            (
                "forecast",
                "Dự báo giải ngân cuối kỳ",
                "Forecast for the end",
                Kind::Money,
            ),
            ("forecast_low", "Dự báo thấp", "Low forecast", Kind::Money),
            ("forecast_high", "Dự báo cao", "High forecast", Kind::Money),
            ("forecast_rate", "Tỷ lệ dự báo", "Forecast rate", Kind::Rate),
            (
                "shortfall",
                "Dự báo không giải ngân hết",
                "Likely to be left",
                Kind::Money,
            ),
            DEADLINE,
        ],
    }
}

/// The facts of an alert that have a value.
pub(super) fn facts(
    rule: Rule,
    details: &Map<String, Value>,
    locale: Locale,
) -> Vec<(String, String)> {
    let lapsed: Row = (
        "lapsed",
        "Vốn không giải ngân, không kéo dài",
        "Lapsed",
        Kind::Money,
    );
    let listed = rows(rule).iter().chain(std::iter::once(&lapsed));
    let written = listed.filter_map(|(name, vi, en, kind)| {
        let value = details.get(*name)?;
        let label = if locale == Locale::Vi { vi } else { en };
        Some(((*label).to_owned(), write(value, *kind, locale)?))
    });
    written.collect()
}

fn write(value: &Value, kind: Kind, locale: Locale) -> Option<String> {
    match kind {
        Kind::Money => value
            .as_i64()
            .and_then(Money::new)
            .map(|amount| money(amount, locale)),
        Kind::Rate => {
            let rate = Rate::parse(value.as_str()?)?;
            Some(format::percent(rate, locale))
        }
        Kind::Date => Some(format::date(value.as_str()?.parse().ok()?, locale)),
        Kind::Days => value.as_i64().map(|days| match locale {
            Locale::Vi => format!("{days} ngày"),
            Locale::En => format!("{days} days"),
        }),
        Kind::Source => {
            let text = |name: &str| value.get(name).and_then(Value::as_str);
            Some(format!("{} ({})", text("name")?, text("code")?))
        }
        Kind::Text => match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
    }
}

/// An amount in đồng, and in the unit people speak in when it is large.
pub(super) fn money(amount: Money, locale: Locale) -> String {
    let dong = format::dong(amount, locale);
    let large = |unit| format!("{dong} ({})", format::with_unit(amount, unit, locale));
    match amount.get().unsigned_abs() {
        0..=999_999 => dong,
        1_000_000..=999_999_999 => large(AmountUnit::Million),
        _ => large(AmountUnit::Billion),
    }
}
