//! What administrators keep and look at.

use super::texts;

texts! {
    /// What administrators keep and look at.
    Administration {
        place: "Vị trí", "You are here";
        users: "Tài khoản và quyền", "Users and grants";
        about_users: "Ai đăng nhập được, vai trò và phạm vi.", "Who may sign in, as what and where.";
        add_user: "Thêm tài khoản", "Add a user";
        units: "Đơn vị hành chính", "Administrative units";
        about_units: "Tỉnh, huyện, xã và thời gian hiệu lực.", "Province, districts, communes, and when they exist.";
        add_unit: "Thêm đơn vị", "Add a unit";
        agencies: "Cơ quan, đơn vị", "Agencies";
        about_agencies: "Sở, ban quản lý dự án, ủy ban xã, doanh nghiệp.", "Departments, management units, committees, enterprises.";
        add_agency: "Thêm cơ quan", "Add an agency";
        people: "Cán bộ, lãnh đạo", "Officials";
        about_people: "Chức vụ, cơ quan và địa chỉ nhận thư.", "Their positions, agencies and addresses.";
        add_person: "Thêm cán bộ", "Add an official";
        sources: "Nguồn vốn", "Funding sources";
        about_sources: "Cây nguồn vốn và thời gian hiệu lực.", "The tree of sources, and when they exist.";
        add_source: "Thêm nguồn vốn", "Add a source";
        targets: "Mục tiêu giải ngân", "Targets";
        about_targets: "Tỷ lệ phải đạt đến từng mốc.", "Rates to be reached by certain days.";
        add_target: "Thêm mục tiêu", "Add a target";
        holidays: "Ngày nghỉ", "Holidays";
        about_holidays: "Ngày không tính vào thời hạn báo cáo cấp trên.", "Days that do not count towards escalation.";
        add_holiday: "Thêm ngày nghỉ", "Add a holiday";
        mails: "Thư cảnh báo", "Mail queue";
        about_mails: "Thư chờ gửi, đã gửi, gửi lỗi.", "What waits, was sent, or failed.";
        audit: "Nhật ký hệ thống", "Audit log";
        about_audit: "Thay đổi về tài khoản, danh mục và chính sách; nhật ký của dự án nằm ở trang dự án.", "Changes of users, reference data and policies; a project's log is on its own page.";
        state: "Tình trạng", "State";
        last_scan: "Lần quét gần nhất", "Last scan";
        mails_waiting: "Thư chờ gửi", "Mails waiting";
        mails_dead: "Thư không gửi được", "Mails given up";
        kind: "Loại", "Kind";
        level: "Cấp", "Level";
        parent: "Đơn vị cấp trên", "Parent";
        parent_since: "Trực thuộc từ ngày", "Below it since";
        parent_hint: "Chỉ dùng khi đổi đơn vị cấp trên.", "Counts only when the parent is changed.";
        valid_from: "Hiệu lực từ", "Exists from";
        valid_to: "Đến hết ngày", "Until";
        part_of: "Thuộc nguồn", "Part of";
        budget_level: "Cấp ngân sách", "Whose budget";
        money_from: "Vốn", "Money";
        position: "Chức vụ", "Position";
        agency: "Cơ quan", "Agency";
        unit: "Đơn vị", "Unit";
        email: "Email", "E-mail address";
        phone: "Điện thoại", "Telephone";
        day: "Ngày", "Day";
        target: "Mục tiêu (%)", "Target (%)";
        percent_hint: "Ví dụ 95 hoặc 62.5", "For example 95 or 62.5";
        judged_on: "Đến ngày", "By";
        holds_for: "Phạm vi", "Holds for";
        whole_province: "Toàn tỉnh", "The whole province";
        scope_hint: "Bỏ trống cả ba ô dưới đây: toàn tỉnh.", "All three left empty: the whole province.";
        person: "Cán bộ", "Official";
        active: "Được đăng nhập", "May sign in";
        role: "Vai trò", "Role";
        role_unit: "Trong đơn vị", "In the unit";
        role_agency: "hoặc cơ quan", "or the agency";
        password_hint: "Chỉ khi thêm tài khoản. Bỏ trống: gửi thư mời để người dùng tự đặt.", "For a new user only. Left empty, the user is mailed a link to choose one.";
        send_link: "Gửi liên kết đặt mật khẩu", "Mail a link to choose a password";
        end_sessions: "Kết thúc mọi phiên đăng nhập", "End all sessions";
        remove_factor: "Gỡ xác thực hai lớp", "Remove the second factor";
        stale: "Người khác vừa sửa bản ghi này, hiện là: {changes}. Kiểm tra rồi lưu lại nếu vẫn muốn thay.", "Somebody else just changed this; it says now: {changes}. Check, and save again if yours is to stand.";
        stale_same: "Người khác vừa lưu bản ghi này với cùng nội dung. Lưu lại nếu vẫn cần.", "Somebody else just saved this, and it says the same. Save again if you still need to.";
        successions: "Sáp nhập, chia tách", "Merges and splits";
        recipient: "Người nhận", "To";
        subject: "Tiêu đề", "Subject";
        mail_state: "Trạng thái", "Status";
        mail_retry: "Gửi lại", "Send again";
        mail_retried: "Đã xếp hàng để gửi lại.", "Queued to be sent again.";
        attempts: "Số lần thử", "Attempts";
        written: "Lập lúc", "Written";
        next_attempt: "Gửi lúc", "Sent or due";
    }
}
