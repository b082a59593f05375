//! Schedules.

use super::texts;

texts! {
    /// Schedules.
    Schedule {
        title_new: "Lập kế hoạch giải ngân chi tiết", "Draft a disbursement schedule";
        title_edit: "Sửa phiên bản {n}", "Change version {n}";
        title_version: "Kế hoạch giải ngân, phiên bản {n}", "Schedule, version {n}";
        effective: "Áp dụng từ ngày", "In force from";
        effective_hint: "Tổng các tháng phải bằng kế hoạch vốn vào ngày này.", "The months must sum to the plan on this day.";
        plan_on: "Kế hoạch vốn ngày {date}: {plan}", "Plan on {date}: {plan}";
        unit: "Đơn vị của số gõ vào", "Unit of what you type";
        unit_hint: "Ô nào ghi rõ đơn vị (như 1,5 tỷ) thì theo ô đó.", "A cell that names a unit (1,5 tỷ) keeps its own.";
        month: "Tháng", "Month";
        due: "Hạn", "Due";
        planned: "Kế hoạch", "Planned";
        in_force: "Đang áp dụng", "In force";
        paid: "Đã giải ngân", "Paid";
        stored: "Vừa được người khác lưu", "Just saved by somebody else";
        change: "Thay đổi", "Change";
        sum: "Tổng", "Sum";
        sum_ok: "Khớp kế hoạch vốn", "Matches the plan";
        sum_less: "Còn thiếu {n} đồng", "{n} VND short of the plan";
        sum_more: "Vượt {n} đồng", "{n} VND above the plan";
        sum_bad: "Có ô chưa đọc được", "A cell cannot be read";
        fill: "Điền nhanh", "Fill the grid";
        fill_lead: "Các tháng trước ngày áp dụng giữ nguyên; phần vốn còn lại được chia cho các tháng sau.", "Months before the day it counts stay as they are; the rest of the plan goes to the later ones.";
        even: "Chia đều", "Spread evenly";
        curve: "Theo nhịp năm trước", "By last year's curve";
        paste: "Dán từ Excel", "Paste from Excel";
        paste_hint: "Dán một cột hoặc một hàng số, bắt đầu từ tháng đầu tiên.", "Paste a column or a row of numbers, beginning with the first month.";
        paste_fill: "Đưa vào bảng", "Put into the grid";
        nothing_to_spread: "Các tháng trước ngày áp dụng đã vượt kế hoạch vốn, hoặc không còn tháng nào để chia.", "The earlier months exceed the plan already, or no month is left.";
        bad_date: "Ngày không hợp lệ. Ví dụ đúng: 2026-03-31.", "This is no date. Right: 2026-03-31.";
        save: "Lưu dự thảo", "Save the draft";
        save_submit: "Lưu và trình duyệt", "Save and submit";
        stale: "Phiên bản này vừa được người khác sửa, nên chưa ghi gì. Nội dung bạn gõ vẫn còn dưới đây. Hiện đang lưu:", "Somebody else has just changed this version, so nothing was recorded. What you typed is still below. Stored now:";
        items: "Các đợt khác", "Other items";
        reopen: "Mở lại bản đang lưu", "Open what is stored";
        submit: "Trình duyệt", "Submit for approval";
        approve: "Duyệt", "Approve";
        approve_lead: "Phiên bản được duyệt sẽ áp dụng từ {date}.", "Once approved it counts from {date}.";
        send_back: "Trả lại", "Return";
        send_back_reason: "Lý do trả lại", "Why it is returned";
        own: "Bạn đã trình phiên bản này, nên người khác phải duyệt.", "You submitted this version, so somebody else has to approve it.";
        returned: "Bị trả lại: {reason}", "Returned: {reason}";
        mismatch: "Tổng của phiên bản là {total}, kế hoạch vốn là {plan}: chưa trình được.", "The version sums to {total}, the plan is {plan}: it cannot be submitted.";
        version_in_force: "Phiên bản {n}, đang áp dụng", "Version {n}, in force";
        drafted: "Người lập", "Drafted by";
        submitted: "Người trình", "Submitted by";
        approved: "Người duyệt", "Approved by";
        versions_of: "Các phiên bản: {name}", "Versions: {name}";
        none_yet: "Chưa có phiên bản nào", "No version yet";
        compare_lead: "Theo tháng, {unit}. Phiên bản đang áp dụng in đậm.", "By month, {unit}. The version in force is bold.";
        back: "Về kế hoạch giải ngân", "Back to the schedules";
    }
}
