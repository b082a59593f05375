//! The reports and the closing of months.

use super::texts;

texts! {
    /// The reports and the closing of months.
    Reports {
        title: "Báo cáo", "Reports";
        lead: "Cùng một bộ số liệu trên màn hình, bản in và tệp Excel.", "The same figures on screen, in print and in Excel.";
        steering: "Điều hành", "Steering";
        capital: "Vốn và giải ngân", "Capital and payments";
        records: "Khóa sổ", "Closed months";
        about_progress: "Kế hoạch, giải ngân, tỷ lệ theo đơn vị, nguồn vốn, chủ đầu tư, lĩnh vực.", "Plan, paid and rate by unit, source, investor, sector.";
        about_projects: "Phụ lục đầy đủ: nguồn vốn, lĩnh vực, từng dự án.", "The whole appendix: source, sector, every project.";
        about_ranking: "Đơn vị và chủ đầu tư đứng trên, dưới bình quân.", "Units and investors above and below the average.";
        about_s_curve: "Lũy kế từng tháng: kế hoạch, thực hiện, dự báo.", "Month by month: planned, actual, forecast.";
        about_allocation: "Vốn giao cho đơn vị chưa phân bổ cho dự án.", "Capital of units that no project has yet.";
        about_advances: "Tạm ứng chưa thu hồi, quá hạn bao nhiêu ngày.", "Advances not recovered, and how old.";
        about_late_items: "Từng đợt chậm, ai phụ trách, vướng gì.", "Each late item, who answers, what blocks.";
        about_plan_changes: "Bổ sung, cắt giảm, điều chuyển, kéo dài và quyết định.", "Supplements, cuts, transfers, extensions and decisions.";
        about_payments: "Từng khoản giải ngân theo ngày hạch toán.", "Every payment by its posting date.";
        about_compliance: "Từng yêu cầu chỉ đạo: nơi nào chưa làm.", "Order by order: who has not done it.";
        about_closings: "Khóa tháng, mở lại, so số đã báo cáo với số hiện nay.", "Close months, open them, compare then and now.";
        all_reports: "Tất cả báo cáo", "All reports";
        excel: "Tải tệp Excel", "Download Excel";
        group_by: "Nhóm theo", "Group by";
        authority: "Cơ quan giao vốn", "Assigned by";
        from: "Từ ngày", "From";
        empty: "Không có số liệu nào trong phạm vi này.", "There is nothing in this scope.";
        by_unit: "Đơn vị hành chính", "Unit";
        by_source: "Nguồn vốn", "Source";
        by_investor: "Chủ đầu tư", "Investor";
        by_sector: "Lĩnh vực", "Sector";
        by_status: "Trạng thái dự án", "Status";
        by_leader: "Lãnh đạo phụ trách", "Leader";
        prime_minister: "Thủ tướng Chính phủ", "Prime Minister";
        peoples_council: "Hội đồng nhân dân", "People's Council";
        peoples_committee: "Ủy ban nhân dân", "People's Committee";
        closings: "Khóa sổ theo tháng", "Closed months";
        closings_lead: "Tháng đã khóa không nhận thêm bút toán, kế hoạch vốn hay kế hoạch giải ngân; sửa sai ghi vào tháng còn mở và trỏ về bút toán cũ.", "A closed month takes no more payments, plan entries or schedules; corrections are dated in an open month and point back.";
        close_title: "Khóa một tháng", "Close a month";
        close: "Khóa sổ", "Close the month";
        month_hint: "Tháng đã kết thúc. Khóa cho đơn vị và mọi đơn vị bên dưới.", "A month that is over. It is closed for the unit and everything below it.";
        closed: "Đã khóa", "Closed";
        reopened: "Đã mở lại", "Reopened";
        closed_at: "Khóa lúc", "Closed at";
        reopened_at: "Mở lại lúc", "Reopened at";
        no_closings: "Chưa khóa tháng nào.", "No month has been closed.";
        closing_title: "Tháng {month}, {unit}", "{month}, {unit}";
        kept: "Tệp lưu khi khóa", "Files kept at closing";
        kept_lead: "Giữ nguyên từng byte; mã kiểm tra SHA-256 có trong nhật ký.", "Kept byte for byte; the SHA-256 is in the audit log.";
        then: "Khi khóa", "At closing";
        now: "Hiện nay", "Now";
        change: "Chênh lệch", "Difference";
        compare: "Số đã báo cáo và số hiện nay", "As reported and as known now";
        compare_lead: "Số hiện nay tính cả bút toán sửa sai ghi sau, về đúng tháng mà nó trỏ đến.", "As known now counts later corrections in the month they point to.";
        same: "Không có dự án nào khác số đã báo cáo.", "No line differs from what was reported.";
        corrections: "Bút toán sửa sai ghi sau khi khóa", "Later corrections that point back";
        disbursement: "Giải ngân", "Payment";
        plan_entry: "Kế hoạch vốn", "Plan entry";
        year: "Năm {year}", "{year}";
        reopen_title: "Mở lại tháng này", "Open this month again";
        reopen: "Mở lại", "Open again";
        reopen_hint: "Lý do được ghi vào nhật ký. Tệp đã lưu vẫn giữ nguyên.", "The reason goes into the audit log. The kept files stay.";
    }
}
