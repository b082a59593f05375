//! What the closed lists of names are called, on pages and in workbooks.

use super::locale::Locale;

type Row = (&'static str, &'static str, &'static str);

macro_rules! labels {
    ($($(#[$doc:meta])* $function:ident { $($value:literal: $vi:literal, $en:literal;)* })*) => {
        $($(#[$doc])* pub fn $function(value: &str, locale: Locale) -> &str {
            const ROWS: &[Row] = &[$(($value, $vi, $en)),*];
            find(ROWS, value, locale)
        })*
    };
}

/// The label of a value; a value without one is shown as it is.
fn find<'a>(rows: &'static [Row], value: &'a str, locale: Locale) -> &'a str {
    match (rows.iter().find(|row| row.0 == value), locale) {
        (Some((_, vi, _)), Locale::Vi) => vi,
        (Some((_, _, en)), Locale::En) => en,
        (None, _) => value,
    }
}

labels! {
    /// Plan that rates are measured against.
    basis {
        "total": "tổng kế hoạch (cả kéo dài)", "the whole plan (with extensions)";
        "initial": "kế hoạch giao đầu năm", "the plan at the start of the year";
        "adjusted": "kế hoạch năm sau điều chỉnh", "the year's plan as adjusted";
        "extended": "vốn kéo dài từ năm trước", "capital extended from last year";
        "assigned": "vốn được giao", "the capital assigned";
    }
    /// Capital of this year or the year before.
    origin {
        "in_year": "Trong năm", "In year";
        "extended": "Kéo dài", "Extended";
    }
    /// Kinds of payment.
    payment_kind {
        "advance": "Tạm ứng", "Advance";
        "completed_volume": "Khối lượng hoàn thành", "Completed volume";
        "refund": "Nộp trả", "Refund";
        "reversal": "Hủy bút toán", "Reversal";
    }
    /// Payments against the Treasury's statement.
    payment_status {
        "recorded": "Đã ghi", "Recorded";
        "reconciled": "Đã đối chiếu", "Reconciled";
        "disputed": "Có chênh lệch", "Disputed";
    }
    /// Kinds of plan entry.
    entry_kind {
        "initial": "Giao đầu năm", "Initial";
        "supplement": "Bổ sung", "Supplement";
        "cut": "Cắt giảm", "Cut";
        "transfer_in": "Điều chuyển đến", "Transfer in";
        "transfer_out": "Điều chuyển đi", "Transfer out";
        "extension_in": "Nhận kéo dài", "Extension in";
        "extension_out": "Chuyển kéo dài", "Extension out";
        "reversal": "Hủy bút toán", "Reversal";
    }
    /// States of a project.
    project_status {
        "preparation": "Chuẩn bị đầu tư", "In preparation";
        "new": "Khởi công mới", "New";
        "ongoing": "Chuyển tiếp", "Ongoing";
        "completed": "Hoàn thành", "Completed";
        "settled": "Đã quyết toán", "Settled";
        "suspended": "Tạm dừng", "Suspended";
    }
    /// Groups of projects.
    project_group {
        "national": "Quan trọng quốc gia", "National";
        "A": "Nhóm A", "Group A";
        "B": "Nhóm B", "Group B";
        "C": "Nhóm C", "Group C";
    }
    /// Levels of units.
    level {
        "province": "Tỉnh", "Province";
        "district": "Huyện", "District";
        "commune": "Xã", "Commune";
        "leader": "Lãnh đạo phụ trách", "Leader";
    }
    /// Levels of the budget.
    budget_level {
        "central": "Ngân sách trung ương", "Central budget";
        "province": "Ngân sách tỉnh", "Provincial budget";
        "district": "Ngân sách huyện", "District budget";
        "commune": "Ngân sách xã", "Commune budget";
    }
    /// Roles.
    role {
        "admin": "Quản trị", "Administrator";
        "coordinator": "Thư ký tổ công tác", "Coordinator";
        "officer": "Cán bộ nhập liệu", "Officer";
        "leader": "Lãnh đạo phụ trách", "Leader";
        "viewer": "Người xem", "Viewer";
        "auditor": "Kiểm tra, giám sát", "Auditor";
        "head": "Tổ trưởng", "Head";
        "deputy": "Tổ phó", "Deputy";
        "member": "Thành viên", "Member";
    }
    /// Severities.
    severity {
        "critical": "Nghiêm trọng", "Critical";
        "warning": "Cảnh báo", "Warning";
        "info": "Nhắc nhở", "Reminder";
    }
    /// Highest level that was told of an alert.
    told_level {
        "leader": "Lãnh đạo phụ trách", "Leader";
        "commune": "Tổ công tác xã", "Commune";
        "district": "Tổ công tác huyện", "District";
        "province": "Tổ công tác tỉnh", "Province";
    }
    /// What happened to an alert.
    alert_event {
        "raised": "Phát hiện", "Raised";
        "updated": "Tình hình thay đổi", "Changed";
        "escalated": "Báo cấp trên", "Escalated";
        "committed": "Cam kết", "Promised";
        "commitment_moved": "Dời cam kết", "Promise moved";
        "commitment_missed": "Không giữ được cam kết", "Promise missed";
        "commitment_kept": "Giữ được cam kết", "Promise kept";
        "commitment_ended": "Cam kết kết thúc", "Promise ended";
        "snoozed": "Tạm hoãn nhắc", "Snoozed";
        "snooze_ended": "Hết thời gian hoãn", "Snooze ended";
        "reopened": "Mở lại", "Reopened";
        "responsible_changed": "Đổi người chịu trách nhiệm", "Responsible person changed";
        "waived": "Miễn theo dõi", "Waived";
        "note": "Ghi chú", "Note";
        "resolved": "Kết thúc", "Ended";
    }
    /// Why a mail is sent.
    mail_reason {
        "raised": "Cảnh báo mới", "New alert";
        "reminder": "Nhắc lại", "Reminder";
        "escalated": "Báo cấp trên", "Escalated";
        "commitment_missed": "Không giữ cam kết", "Promise missed";
        "resolved": "Đã kết thúc", "Ended";
        "digest": "Tổng hợp", "Digest";
        "webhook_failed": "Webhook không gửi được", "Webhook failed";
    }
    /// States of alerts.
    alert_state {
        "open": "Chưa xử lý", "Open";
        "acknowledged": "Đã cam kết", "Promised";
        "resolved": "Đã kết thúc", "Resolved";
        "live": "Đang mở", "Live";
    }
    /// Rules.
    rule {
        "due_soon": "Sắp đến hạn", "Due soon";
        "schedule_overdue": "Chậm so với kế hoạch giải ngân", "Behind the schedule";
        "no_disbursement": "Chưa giải ngân đồng nào", "Nothing disbursed yet";
        "missing_leader": "Chưa có lãnh đạo phụ trách", "No responsible leader";
        "missing_schedule": "Chưa có kế hoạch giải ngân", "No approved schedule";
        "schedule_mismatch": "Kế hoạch giải ngân lệch kế hoạch vốn", "Schedule differs from the plan";
        "unallocated_capital": "Vốn chưa phân bổ hết", "Capital not allocated";
        "missing_task_force": "Chưa có tổ công tác", "No task force";
        "below_target": "Dưới mục tiêu", "Below target";
        "stale_data": "Lâu chưa cập nhật", "No news for long";
        "advance_overdue": "Tạm ứng quá hạn thu hồi", "Advance not recovered";
        "obstacle_overdue": "Vướng mắc quá hạn xử lý", "Obstacle overdue";
        "directive_overdue": "Nhiệm vụ quá hạn", "Directive overdue";
        "year_end_risk": "Nguy cơ không giải ngân hết", "Year end at risk";
    }
    /// States of a schedule version.
    schedule_status {
        "draft": "Dự thảo", "Draft";
        "submitted": "Đã trình", "Submitted";
        "approved": "Đã duyệt", "Approved";
        "returned": "Bị trả lại", "Returned";
        "mismatched": "Lệch kế hoạch vốn", "Differs from the plan";
        "missing": "Chưa có", "Missing";
    }
    /// States of obstacles and directives.
    task_status {
        "open": "Mới", "Open";
        "in_progress": "Đang xử lý", "In progress";
        "waiting_higher": "Chờ cấp trên", "Waiting for a higher level";
        "resolved": "Đã xong", "Resolved";
        "unresolvable": "Không xử lý được", "Cannot be resolved";
    }
    /// States of mails.
    mail_state {
        "queued": "Chờ gửi", "Queued";
        "sent": "Đã gửi", "Sent";
        "failed": "Gửi lỗi, sẽ thử lại", "Failed, will retry";
        "dead": "Bỏ, không gửi được", "Given up";
    }
    /// Who owns the alerts of a rule.
    owner_role {
        "leader": "Lãnh đạo phụ trách và cán bộ theo dõi", "Leader and tracking officer";
        "coordinators": "Thư ký tổ công tác", "Coordinators";
        "assignee": "Người được giao", "Whoever it was given to";
    }
    /// What an account or a key may do.
    permission {
        "read": "Xem số liệu, cảnh báo, danh mục", "Read figures, alerts, reference data";
        "manage_reference": "Sửa danh mục", "Change reference data";
        "manage_users": "Quản lý tài khoản", "Manage users";
        "manage_integrations": "Quản lý khóa API, webhook", "Manage API keys and webhooks";
        "manage_policies": "Sửa quy tắc cảnh báo", "Change alert policies";
        "operate": "Xem hàng thư và vận hành", "See the mail queue and operations";
        "read_audit": "Xem nhật ký", "Read the audit log";
        "edit_projects": "Thêm, sửa dự án", "Add and change projects";
        "assign_people": "Phân công lãnh đạo, cán bộ", "Assign leaders and officers";
        "edit_plans": "Ghi quyết định giao vốn", "Log plan entries";
        "close_periods": "Khóa sổ, mở sổ tháng", "Close months";
        "submit_schedules": "Lập, trình kế hoạch giải ngân", "Draft and submit schedules";
        "approve_schedules": "Duyệt kế hoạch giải ngân", "Approve schedules";
        "log_disbursements": "Ghi, hủy giải ngân", "Log and reverse payments";
        "import": "Nhập tệp", "Import files";
        "edit_obstacles": "Ghi vướng mắc", "Log obstacles";
        "edit_directives": "Giao nhiệm vụ", "Issue directives";
        "commit": "Cam kết, tạm hoãn cảnh báo", "Commit on alerts";
        "comment": "Ghi chú cảnh báo", "Write notes on alerts";
        "manage_alerts": "Miễn cảnh báo, chạy quét", "Waive alerts, run scans";
    }
    /// What a webhook may be told.
    webhook_event {
        "disbursement.recorded": "Ghi giải ngân", "Payment logged";
        "disbursement.reversed": "Hủy bút toán giải ngân", "Payment reversed";
        "schedule.approved": "Duyệt kế hoạch giải ngân", "Schedule approved";
        "plan.changed": "Kế hoạch vốn thay đổi", "Plan changed";
        "alert.raised": "Cảnh báo mới", "Alert raised";
        "alert.escalated": "Cảnh báo báo cấp trên", "Alert escalated";
        "alert.resolved": "Cảnh báo kết thúc", "Alert ended";
    }
    /// Where the delivery of a webhook stands.
    delivery_state {
        "queued": "Chờ gửi", "Queued";
        "delivered": "Đã nhận", "Delivered";
        "failed": "Gửi lỗi, sẽ thử lại", "Failed, will retry";
        "dead": "Bỏ, không gửi được", "Given up";
    }
    /// What was done, in the history of records.
    action {
        "administrative_unit.created": "Thêm đơn vị hành chính", "Unit added";
        "administrative_unit.handed_over": "Bàn giao giữa các đơn vị", "Handed over between units";
        "administrative_unit.succeeded": "Sắp xếp đơn vị hành chính", "Unit succeeded";
        "administrative_unit.updated": "Sửa đơn vị hành chính", "Unit changed";
        "agency.created": "Thêm cơ quan", "Agency added";
        "agency.updated": "Sửa cơ quan", "Agency changed";
        "directive.issued": "Giao nhiệm vụ", "Directive issued";
        "directive.updated": "Cập nhật nhiệm vụ", "Directive updated";
        "disbursement.recorded": "Ghi giải ngân", "Payment logged";
        "disbursement.reversed": "Hủy bút toán giải ngân", "Payment reversed";
        "obstacle.recorded": "Ghi vướng mắc", "Obstacle recorded";
        "obstacle.updated": "Cập nhật vướng mắc", "Obstacle updated";
        "period.closed": "Khóa sổ tháng", "Month closed";
        "period.reopened": "Mở lại tháng đã khóa", "Month opened again";
        "plan_entry.recorded": "Ghi quyết định giao vốn", "Plan entry recorded";
        "plan_entry.reversed": "Hủy quyết định giao vốn", "Plan entry reversed";
        "plan_extension.recorded": "Kéo dài vốn", "Capital extended";
        "plan_transfer.recorded": "Điều chuyển vốn", "Capital transferred";
        "project.created": "Thêm dự án", "Project added";
        "project.handed_over": "Bàn giao dự án", "Project handed over";
        "project.leader_assigned": "Phân công lãnh đạo phụ trách", "Leader assigned";
        "project.nothing_to_report": "Xác nhận không phát sinh", "Nothing to report";
        "project.officer_assigned": "Phân công cán bộ theo dõi", "Officer assigned";
        "project.updated": "Sửa dự án", "Project changed";
        "schedule.approved": "Duyệt kế hoạch giải ngân", "Schedule approved";
        "schedule.changed": "Sửa kế hoạch giải ngân", "Schedule changed";
        "schedule.drafted": "Lập kế hoạch giải ngân", "Schedule drafted";
        "schedule.returned": "Trả lại kế hoạch giải ngân", "Schedule returned";
        "schedule.submitted": "Trình kế hoạch giải ngân", "Schedule submitted";
        "user.created": "Thêm tài khoản", "User added";
        "user.updated": "Sửa tài khoản", "User changed";
        "user.signed_in": "Đăng nhập", "Signed in";
        "user.signed_out": "Đăng xuất", "Signed out";
        "user.password_changed": "Đổi mật khẩu", "Password changed";
    }
    /// Sectors.
    sector {
        "defence": "Quốc phòng", "Defence";
        "security": "An ninh, trật tự", "Security";
        "education": "Giáo dục, đào tạo", "Education";
        "science": "Khoa học, công nghệ", "Science";
        "health": "Y tế", "Health";
        "culture": "Văn hóa", "Culture";
        "broadcasting": "Phát thanh, truyền hình", "Broadcasting";
        "sport": "Thể dục, thể thao", "Sport";
        "environment": "Môi trường", "Environment";
        "transport": "Giao thông", "Transport";
        "agriculture": "Nông nghiệp", "Agriculture";
        "industry": "Công nghiệp", "Industry";
        "urban": "Đô thị, hạ tầng", "Urban";
        "it": "Công nghệ thông tin", "Information technology";
        "tourism": "Du lịch", "Tourism";
        "public_administration": "Quản lý nhà nước", "Public administration";
        "social": "Xã hội", "Social affairs";
        "other": "Khác", "Other";
    }
    /// Where the money of a source comes from.
    source_origin {
        "domestic": "Trong nước", "Domestic";
        "foreign": "Nước ngoài", "Foreign";
    }
    /// Kinds of agency.
    agency_kind {
        "department": "Sở, ban, ngành", "Department";
        "pmu": "Ban quản lý dự án", "Project management unit";
        "commune_committee": "UBND xã, phường", "Commune committee";
        "enterprise": "Doanh nghiệp", "Enterprise";
        "other": "Khác", "Other";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alerts::Rule;
    use crate::domain::alerts::people::OwnerRole;
    use crate::domain::capital::{EntryKind, Origin};
    use crate::domain::disbursement::DisbursementKind;
    use crate::domain::permission::{Permission, Role};
    use crate::domain::progress::Basis;
    use crate::domain::text_enum::TextEnum;
    use crate::domain::webhook::WebhookEvent;

    fn all_named<T: TextEnum>(label: fn(&str, Locale) -> &str) {
        for name in T::NAMES {
            for locale in [Locale::Vi, Locale::En] {
                assert_ne!(label(name, locale), *name);
            }
        }
    }

    #[test]
    fn every_value_has_a_label() {
        all_named::<Basis>(basis);
        all_named::<Origin>(origin);
        all_named::<DisbursementKind>(payment_kind);
        all_named::<EntryKind>(entry_kind);
        all_named::<Role>(role);
        all_named::<Permission>(permission);
        all_named::<WebhookEvent>(webhook_event);
        all_named::<Rule>(rule);
        all_named::<OwnerRole>(owner_role);
    }
}
