//! Task forces.

use super::texts;

texts! {
    /// Task forces.
    TaskForce {
        title: "Tổ công tác", "Task forces";
        title_of: "Tổ công tác {unit}", "Task force of {unit}";
        own: "Tổ công tác của tôi", "My task forces";
        all: "Các tổ công tác", "All task forces";
        head: "Tổ trưởng", "Head";
        members: "Thành viên", "Members";
        none: "Chưa thành lập", "Not founded";
        founded: "Quyết định thành lập", "Founded by";
        agenda: "Nội dung cuộc họp", "Agenda of the meeting";
        agenda_of: "Số liệu đến hết ngày {date}", "As of {date}";
        alerts: "Cảnh báo đang mở", "Live alerts";
        level_counts: "{n} cảnh báo, {critical} nghiêm trọng", "{n} alerts, {critical} critical";
        promises: "Cam kết đến hạn", "Promises due";
        no_promises: "Không có cam kết nào đang chạy.", "No promise is running.";
        promised: "Đã hứa", "Promised";
        paid_since: "Đã giải ngân từ khi hứa", "Paid since";
        by: "Hạn", "By";
        obstacles: "Khó khăn, vướng mắc", "Obstacles";
        no_obstacles: "Không có vướng mắc nào đang mở.", "No obstacle is open.";
        directives: "Nhiệm vụ đang thực hiện", "Open directives";
        no_directives: "Không có nhiệm vụ nào đang thực hiện.", "No directive is open.";
        document: "Văn bản", "Document";
        document_hint: "Ví dụ: 31/TB-UBND ngày 05/10/2026.", "Such as: 31/TB-UBND of 5 October 2026.";
        issue: "Giao nhiệm vụ", "Issue a directive";
        project_code: "Mã dự án", "Project code";
        no_project: "Không có dự án nào mang mã này trong phạm vi của bạn.", "No project in what you cover has this code.";
        directive: "Nhiệm vụ", "Directive";
        no_alerts: "Không có cảnh báo nào đang mở.", "There are no live alerts.";
        next: "Bước tiếp theo", "Next step";
        empty: "Chưa có tổ công tác nào trong phạm vi của bạn.", "There is no task force in what you cover.";
    }
}
