//! Alerts.

use super::texts;

texts! {
    /// Alerts.
    Alerts {
        title: "Cảnh báo", "Alerts";
        severity: "Mức độ", "Severity";
        level: "Cấp đã được báo", "Told up to";
        all_rules: "Mọi loại cảnh báo", "All kinds";
        rule: "Loại cảnh báo", "Kind of alert";
        mine: "Chỉ việc của tôi", "Only mine";
        one_project: "Một dự án", "One project";
        last_scan: "Rà soát gần nhất: {date}", "Last scan: {date}";
        never_scanned: "Chưa rà soát lần nào", "No scan yet";
        kept: "Giữ được {kept} trên {over} cam kết đã đến hạn năm nay ({rate})", "{kept} of {over} promises due this year were kept ({rate})";
        count: "{n} cảnh báo", "{n} alerts";
        what: "Nội dung", "What";
        size: "Giá trị ({unit})", "Size ({unit})";
        who: "Người chịu trách nhiệm", "Responsible";
        promise: "Cam kết, bước tiếp theo", "Promise, next step";
        raised: "Từ {date}", "Since {date}";
        goes_up: "Báo cấp trên {date}", "Goes up on {date}";
        stays: "Không báo cấp trên nữa", "Goes no further up";
        promised_amount: "Hứa giải ngân {amount} đến {date}.", "Promised to pay {amount} by {date}.";
        promised_date: "Hứa xử lý xong đến {date}.", "Promised for {date}.";
        moved: "Đã dời {n} lần.", "Moved {n} times.";
        empty: "Không có cảnh báo nào khớp.", "No alert matches.";
        empty_hint: "Bỏ bớt điều kiện lọc ở trên để xem các cảnh báo khác.", "Remove a filter above to see others.";
        select: "Chọn {name}", "Select {name}";
        select_all: "Chọn tất cả trên trang", "Select all on this page";
        act_on_selected: "Xử lý các cảnh báo đã chọn", "Act on the selected ones";
        done_many: "Đã xử lý {n} cảnh báo.", "Done for {n} alerts.";
        back: "Về danh sách cảnh báo", "Back to the alerts";
        facts: "Số liệu tại lần rà soát gần nhất", "Facts as of the last scan";
        todo: "Việc cần làm", "What to do";
        next: "Bước tiếp theo", "Next step";
        actions: "Xử lý", "Act on it";
        commit: "Cam kết", "Promise";
        commit_lead: "Trong thời gian cam kết, việc báo cấp trên tạm dừng. Không đạt thì cấp trên được báo ngay.", "While a promise runs, nobody further up is told. If it is missed, the next level is told at once.";
        commit_date: "Ngày hoàn thành", "By when";
        commit_amount: "Số tiền sẽ giải ngân đến ngày đó", "What will be paid by then";
        amount_hint: "Lớn hơn 0 và không quá số đang chậm: {most}.", "Above 0 and at most what is late: {most}.";
        until_hint: "Muộn nhất {latest}.", "{latest} at the latest.";
        used_up: "Cam kết này đã dời hết số lần cho phép.", "This promise was moved as often as allowed.";
        commit_note: "Cách làm, hoặc lý do chậm", "How, or why it is late";
        obstacle: "Vướng mắc liên quan", "The obstacle behind it";
        no_obstacle: "Không gắn vướng mắc", "None";
        snooze: "Tạm hoãn nhắc", "Snooze";
        snooze_lead: "Chỉ hoãn đến một ngày cụ thể, có lý do.", "Until a day, with a reason; there is no silence without end.";
        until: "Hoãn đến hết ngày", "Until the end of";
        waive: "Miễn theo dõi", "Waive";
        false_alarm: "Cảnh báo sai: thực ra không có gì bất thường", "A false alarm: nothing was wrong";
        waive_lead: "Cảnh báo kết thúc và chỉ trở lại khi tình hình xấu đi.", "It ends, and comes back only when things grow worse.";
        note: "Ghi chú", "Note";
        note_text: "Nội dung ghi chú", "What to note";
        note_send: "Thêm ghi chú", "Add the note";
        told: "Ai đã được báo", "Who was told";
        told_none: "Chưa báo cho ai.", "Nobody was told yet.";
        told_as: "Báo ở cấp", "Told as";
        mails: "Thư đã gửi ({n})", "Mails ({n})";
        recipient: "Người nhận", "Recipient";
        mail_reason: "Vì sao", "Why";
        mail_state: "Tình trạng thư", "State of the mail";
        story: "Diễn biến", "What happened";
        answered: "phụ trách: {name}", "responsible: {name}";
        told_unit: "Đã báo Tổ công tác {unit}, {n} người.", "The task force of {unit} was told, {n} people.";
        judged: "Đến {date} hứa {amount}, đã trả {paid}.", "By {date} promised {amount}, paid {paid}.";
        selection: "Xử lý nhiều cảnh báo", "Act on several alerts";
        selection_lead: "Làm cho tất cả hoặc không làm cho cái nào: một cảnh báo bị từ chối thì chưa có gì được ghi.", "All of them or none: if one is refused, nothing is recorded.";
        selection_none: "Chưa chọn cảnh báo nào.", "No alert was selected.";
    }
}
