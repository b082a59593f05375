//! The sentences of a mail, in Vietnamese and English.

use super::Why;
use crate::domain::alerts::Rule;
use crate::domain::locale::Locale;
use crate::mail::messages::Reason;

fn pick(locale: Locale, (vi, en): (&'static str, &'static str)) -> &'static str {
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}

/// The kind of alert.
pub(super) fn heading(rule: Rule, locale: Locale) -> &'static str {
    let both = match rule {
        Rule::DueSoon => ("Sắp đến hạn giải ngân", "Payment due soon"),
        Rule::ScheduleOverdue => (
            "Chậm giải ngân so với kế hoạch chi tiết",
            "Behind the disbursement schedule",
        ),
        Rule::NoDisbursement => ("Chưa giải ngân", "Nothing disbursed"),
        Rule::MissingLeader => ("Chưa phân công lãnh đạo phụ trách", "No responsible leader"),
        Rule::MissingSchedule => (
            "Chưa có kế hoạch giải ngân chi tiết được duyệt",
            "No approved disbursement schedule",
        ),
        Rule::ScheduleMismatch => (
            "Kế hoạch giải ngân chi tiết không khớp kế hoạch vốn",
            "The schedule does not sum to the plan",
        ),
        Rule::UnallocatedCapital => (
            "Chưa phân bổ hết vốn được giao",
            "Capital not fully allocated",
        ),
        Rule::MissingTaskForce => (
            "Chưa có tổ công tác đặc biệt về đầu tư công",
            "No task force on public investment",
        ),
        Rule::BelowTarget => (
            "Tỷ lệ giải ngân thấp hơn mục tiêu",
            "Rate below the milestone",
        ),
        Rule::StaleData => ("Quá hạn cập nhật số liệu", "No report for too long"),
        Rule::AdvanceOverdue => (
            "Tạm ứng quá hạn chưa thu hồi",
            "Advance not recovered in time",
        ),
        Rule::ObstacleOverdue => (
            "Khó khăn, vướng mắc quá hạn tháo gỡ",
            "Obstacle past its due date",
        ),
        Rule::DirectiveOverdue => ("Nhiệm vụ quá hạn thực hiện", "Directive past its due date"),
        Rule::YearEndRisk => (
            "Nguy cơ không giải ngân hết kế hoạch năm",
            "The year is likely to end below plan",
        ),
    };
    pick(locale, both)
}

/// The kind of alert after its subject, in a mail's subject.
pub(super) fn short(rule: Rule, locale: Locale) -> String {
    let text = heading(rule, locale);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A promised date in a calendar.
pub(super) fn promised(label: &str, locale: Locale) -> String {
    match locale {
        Locale::Vi => format!("Hạn cam kết: {label}"),
        Locale::En => format!("Promised: {label}"),
    }
}

/// What to do about it.
pub(super) fn todo(rule: Rule, reason: Reason, locale: Locale) -> &'static str {
    if reason.is_urgent() {
        return pick(
            locale,
            (
                "Đề nghị đồng chí chỉ đạo, đôn đốc đơn vị và lãnh đạo phụ trách; giao nhiệm vụ tháo gỡ khó khăn, vướng mắc nếu có.",
                "Please press the unit and the responsible leader, and assign whatever has to be removed.",
            ),
        );
    }
    let both = match rule {
        Rule::DueSoon => (
            "Đôn đốc nghiệm thu, hoàn thiện hồ sơ thanh toán gửi Kho bạc trước hạn.",
            "See that the work is accepted and the payment file reaches the Treasury in time.",
        ),
        Rule::ScheduleOverdue | Rule::NoDisbursement | Rule::YearEndRisk => (
            "Đôn đốc chủ đầu tư, nhà thầu nghiệm thu và gửi hồ sơ thanh toán đến Kho bạc; cam kết ngày và số tiền giải ngân trên hệ thống, hoặc nêu rõ khó khăn, vướng mắc cần tháo gỡ.",
            "Press the investor and the contractor for acceptance and payment files; promise a date and an amount, or name what blocks.",
        ),
        Rule::MissingLeader => (
            "Phân công lãnh đạo chịu trách nhiệm theo dõi dự án và cập nhật quyết định trên hệ thống.",
            "Assign a leader who answers for the project and record the decision.",
        ),
        Rule::MissingSchedule => (
            "Lập, trình và phê duyệt kế hoạch giải ngân chi tiết theo từng nguồn vốn.",
            "Draft, submit and approve the detailed schedule.",
        ),
        Rule::ScheduleMismatch => (
            "Điều chỉnh và phê duyệt lại kế hoạch giải ngân chi tiết cho khớp kế hoạch vốn.",
            "Have a new version approved that sums to the plan.",
        ),
        Rule::UnallocatedCapital => (
            "Phân bổ chi tiết số vốn còn lại cho các dự án, hoặc đề xuất điều chuyển.",
            "Allocate the rest to projects, or propose a transfer.",
        ),
        Rule::MissingTaskForce => (
            "Thành lập tổ công tác do Chủ tịch UBND làm Tổ trưởng và cập nhật trên hệ thống.",
            "Found the task force, headed by the unit's chairman, and record it.",
        ),
        Rule::BelowTarget => (
            "Rà soát các dự án chậm, đôn đốc và điều chuyển vốn từ dự án chậm sang dự án có khả năng giải ngân.",
            "Review the slow projects and move capital to those that can spend it.",
        ),
        Rule::StaleData => (
            "Cập nhật số giải ngân, hoặc xác nhận không phát sinh.",
            "Log payments, or confirm that there is nothing to report.",
        ),
        Rule::AdvanceOverdue => (
            "Đôn đốc nghiệm thu khối lượng để thu hồi tạm ứng, hoặc thu hồi nộp ngân sách.",
            "Have the work accepted to recover the advance, or take it back.",
        ),
        Rule::ObstacleOverdue => (
            "Tháo gỡ khó khăn, vướng mắc hoặc cập nhật kết quả, thời hạn mới.",
            "Remove the obstacle, or record the outcome and a new date.",
        ),
        Rule::DirectiveOverdue => (
            "Thực hiện nhiệm vụ được giao và cập nhật kết quả.",
            "Carry out the task and record the outcome.",
        ),
    };
    pick(locale, both)
}

/// Why the reader gets it.
pub(super) fn why(why: &Why, locale: Locale) -> String {
    let both = match why {
        Why::Leader => (
            "đồng chí là lãnh đạo phụ trách dự án",
            "you are the responsible leader of the project",
        ),
        Why::Officer => (
            "đồng chí là cán bộ theo dõi dự án",
            "you are the tracking officer of the project",
        ),
        Why::Coordinator => (
            "đồng chí là cán bộ điều phối của đơn vị",
            "you coordinate for the unit",
        ),
        Why::Assignee => ("đồng chí là người được giao xử lý", "it was given to you"),
        Why::Promiser => ("đồng chí đã ghi nhận cam kết này", "you gave this promise"),
        Why::Follower => (
            "đồng chí đã được báo về cảnh báo này",
            "you were told of this alert before",
        ),
        Why::TaskForce(unit) => {
            return match locale {
                Locale::Vi => {
                    format!("đồng chí là thành viên Tổ công tác đặc biệt về đầu tư công của {unit}")
                }
                Locale::En => {
                    format!("you belong to the task force on public investment of {unit}")
                }
            };
        }
    };
    pick(locale, both).to_owned()
}

/// Who is told next.
pub(super) fn next(on: &str, unit: Option<&str>, locale: Locale) -> String {
    match (locale, unit) {
        (Locale::Vi, Some(unit)) => format!(
            "nếu chưa được giải quyết và chưa có cam kết, ngày {on} sẽ báo cáo Tổ công tác của {unit}."
        ),
        (Locale::Vi, None) => format!(
            "nếu chưa được giải quyết và chưa có cam kết, từ ngày {on} sẽ báo cáo cấp trên (hiện chưa có Tổ công tác cấp trên)."
        ),
        (Locale::En, Some(unit)) => {
            format!("unless it is settled or promised, the task force of {unit} is told on {on}.")
        }
        (Locale::En, None) => format!(
            "unless it is settled or promised, the level above is told from {on} (no task force there yet)."
        ),
    }
}

/// Who is told when a promise is missed.
pub(super) fn if_missed(on: &str, unit: Option<&str>, locale: Locale) -> String {
    match (locale, unit) {
        (Locale::Vi, Some(unit)) => format!(
            "chưa báo cáo cấp trên trong thời gian cam kết; nếu đến hết ngày {on} không đạt, sẽ báo cáo ngay Tổ công tác của {unit}."
        ),
        (Locale::Vi, None) => format!(
            "nếu đến hết ngày {on} không đạt cam kết, cảnh báo mở lại (không còn cấp trên để báo cáo)."
        ),
        (Locale::En, Some(unit)) => format!(
            "nobody above is told while the promise runs; if it is missed on {on}, the task force of {unit} is told at once."
        ),
        (Locale::En, None) => {
            format!(
                "if the promise is missed on {on}, the alert is open again (nobody is left above)."
            )
        }
    }
}

/// Nobody is told of what is only about to fall due.
pub(super) fn only_you(locale: Locale) -> &'static str {
    pick(
        locale,
        (
            "đây là nhắc trước hạn, không báo cáo cấp trên.",
            "this is a reminder before the date; nobody above is told.",
        ),
    )
}

/// Nobody is left to tell.
pub(super) fn nobody_next(locale: Locale) -> &'static str {
    pick(
        locale,
        (
            "đã báo cáo đến cấp cao nhất; cảnh báo còn mở đến khi được giải quyết.",
            "the highest level was told; the alert stays open until it is settled.",
        ),
    )
}

/// Why it ended.
pub(super) fn cause(cause: &str, locale: Locale) -> &'static str {
    let both = match cause {
        "paid" => ("đã giải ngân đủ so với kế hoạch", "paid"),
        "rescheduled" => (
            "kế hoạch chi tiết đã được điều chỉnh",
            "the schedule was changed",
        ),
        "plan_changed" => ("kế hoạch vốn đã thay đổi", "the plan was changed"),
        "schedule_approved" => ("kế hoạch chi tiết đã được duyệt", "a schedule was approved"),
        "leader_assigned" => ("đã phân công lãnh đạo phụ trách", "a leader was assigned"),
        "allocated" => ("đã phân bổ hết", "it was allocated"),
        "task_force_founded" => ("đã thành lập tổ công tác", "a task force was founded"),
        "reported" => ("đã cập nhật số liệu", "it was reported on"),
        "recovered" => ("đã thu hồi tạm ứng", "the advance was recovered"),
        "closed" => ("đã xử lý xong", "it was closed"),
        "reached_or_superseded" => (
            "đã đạt mục tiêu hoặc chuyển sang mốc sau",
            "reached, or a later milestone counts",
        ),
        "period_ended" => (
            "đã hết thời hạn giải ngân",
            "the disbursement period is over",
        ),
        "year_ended" => ("đã hết năm kế hoạch", "the budget year is over"),
        "unit_ended" => (
            "đơn vị hành chính đã kết thúc hoạt động",
            "the unit was abolished",
        ),
        "waived" => ("được miễn theo dõi có lý do", "waived with a reason"),
        _ => (
            "không còn căn cứ cảnh báo",
            "there is no reason for it any more",
        ),
    };
    pick(locale, both)
}
