//! How the rules of alerts work.

use super::texts;

texts! {
    /// How the rules of alerts work.
    Policy {
        title: "Quy tắc cảnh báo", "Alert policies";
        lead: "Quy tắc của một đơn vị áp dụng cho cả các đơn vị bên dưới; đơn vị không có quy tắc riêng theo quy tắc của cấp trên.", "The policy of a unit holds for everything below it; a unit without one follows the unit above.";
        about: "Ngưỡng, người chịu trách nhiệm, các bước báo cấp trên; chạy thử trên những ngày đã qua.", "Thresholds, owners, steps up; tried on past days.";
        holds_in: "Áp dụng trong", "Holds in";
        rule: "Quy tắc", "Rule";
        is_on: "Đang bật", "Switched on";
        days: "Số ngày", "Days";
        days_before: "Nhắc trước hạn bấy nhiêu ngày.", "So many days before an item falls due.";
        days_after_plan: "Tính từ ngày kế hoạch vốn có hiệu lực.", "Counted from the day the plan took effect.";
        days_mismatched: "Được lệch kế hoạch vốn tối đa bấy nhiêu ngày.", "The schedule may differ from the plan for so long.";
        days_after_assigned: "Tính từ ngày giao vốn, và không trước hạn phân bổ.", "Counted from the assignment, not before the allocation deadline.";
        days_silent: "Không có khoản giải ngân hay xác nhận nào trong bấy nhiêu ngày.", "Without a payment or a confirmation for so long.";
        days_advance: "Tạm ứng chưa thu hồi quá bấy nhiêu ngày.", "An advance not recovered for longer than this.";
        days_grace: "Cho chậm bấy nhiêu ngày trước khi cảnh báo.", "Grace before an alert is raised.";
        critical: "Nghiêm trọng khi", "Critical when";
        above_days: "quá {days}", "above {days}";
        from_percent: "từ {percent}% kế hoạch", "from {percent}% of the plan";
        critical_days: "Nghiêm trọng khi quá (ngày)", "Critical when older than (days)";
        critical_percent: "Nghiêm trọng từ (% kế hoạch)", "Critical from (% of the plan)";
        critical_hint: "Bỏ trống: không bao giờ vì lý do này.", "Left empty: never for this reason.";
        forecast_percent: "Dự báo cuối năm dưới (% kế hoạch)", "Forecast of the year end below (% of the plan)";
        forecast_hint: "Cảnh báo khi dự báo thấp hơn mức này.", "An alert is raised when the forecast is lower.";
        allocation_deadline: "Hạn phân bổ (tháng-ngày)", "Allocation deadline (month-day)";
        allocation_hint: "Của năm trước năm kế hoạch, ví dụ 12-31.", "Of the year before the budget year, for example 12-31.";
        owner: "Người nhận đầu tiên", "Told first";
        steps: "Báo cấp trên sau (ngày làm việc)", "Steps up after (working days)";
        steps_short: "Báo cấp trên", "Steps up";
        below_forecast: "dự báo < {percent}%", "forecast < {percent}%";
        steps_hint: "Tăng dần, cách nhau bằng dấu phẩy, ví dụ 5, 10, 15. Bỏ trống: không báo cấp trên.", "Ascending, with commas between, for example 5, 10, 15. Left empty: nobody above is told.";
        max_commitment_days: "Cam kết xa nhất (ngày)", "Furthest promise (days)";
        max_snooze_days: "Tạm hoãn lâu nhất (ngày)", "Longest snooze (days)";
        max_moves: "Số lần được dời cam kết", "How often a promise may be moved";
        waiver_growth: "Cảnh báo đã miễn trở lại khi tăng thêm (%)", "A waived alert comes back when it has grown by (%)";
        waiver_hint: "So với lúc được miễn.", "Since it was waived.";
        set_where: "Nguồn", "Set by";
        own_of_unit: "Riêng của đơn vị", "The unit itself";
        own_of_province: "Của tỉnh", "The province";
        from_above: "Theo cấp trên", "The unit above";
        becomes_own: "Theo cấp trên; lưu lại thì thành quy tắc riêng của đơn vị", "The unit above; once saved, the unit has its own";
        standard: "Mặc định", "The standard";
        dry_run: "Chạy thử", "Dry run";
        dry_run_lead: "Đếm cảnh báo và thư mà quy tắc đang lưu lẽ ra đã tạo trong những ngày đã qua, như thể đang bật. Không ghi và không gửi gì.", "Counts the alerts and mails that the policy as stored would have made on past days, as if it were switched on. Nothing is written or sent.";
        dry_run_sum: "Từ {from} đến {to}: {alerts} cảnh báo, {mails} thư.", "From {from} to {to}: {alerts} alerts, {mails} mails.";
        dry_run_note: "Một người được báo nhiều cảnh báo trong một thư; một cảnh báo có thể đến nhiều người.", "One mail may tell a person of several alerts; one alert may be told to several people.";
        from: "Từ ngày", "From";
        to: "Đến ngày", "To";
        run: "Chạy thử", "Run";
        result: "Kết quả", "Result";
        nobody_told: "Không ai nhận thư nào trong những ngày này.", "Nobody would have got anything in these days.";
        person: "Cán bộ", "Person";
        alerts: "Cảnh báo", "Alerts";
        mails: "Thư", "Mails";
    }
}
