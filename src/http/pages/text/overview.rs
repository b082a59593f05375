//! The overview.

use super::texts;

texts! {
    /// The overview.
    Overview {
        title: "Tổng quan giải ngân", "Overview";
        title_of: "Giải ngân: {name}", "Disbursement: {name}";
        gap_ahead: "Vượt kế hoạch giải ngân {amount}", "{amount} ahead of the schedule";
        gap_behind: "Thấp hơn kế hoạch giải ngân {amount}", "{amount} behind the schedule";
        gap_even: "Đúng kế hoạch giải ngân", "On schedule";
        year_end: "Dự báo cuối kỳ", "Projected year end";
        year_end_share: "{rate} kế hoạch, trong khoảng {low} đến {high}", "{rate} of the plan, between {low} and {high}";
        no_forecast: "Chưa đủ số liệu để dự báo", "Not enough data for a forecast";
        projects_late: "Dự án chậm", "Late projects";
        projects_of: "trên {n} dự án có kế hoạch vốn", "of {n} projects with a plan";
        oldest: "Chậm lâu nhất {days}", "The oldest is {days} late";
        curve: "Đường tiến độ", "Progress curve";
        ageing: "Số tiền chậm theo thời gian", "Amounts late by age";
        days_1_30: "1 đến 30 ngày", "1 to 30 days";
        days_31_60: "31 đến 60 ngày", "31 to 60 days";
        days_61_90: "61 đến 90 ngày", "61 to 90 days";
        days_90: "Trên 90 ngày", "More than 90 days";
        units: "Xếp hạng đơn vị", "Units ranked";
        investors: "Xếp hạng chủ đầu tư", "Investors ranked";
        rank: "Hạng", "Rank";
        average: "Vạch dọc là tỷ lệ chung {rate}.", "The upright line is the overall rate, {rate}.";
        own: "Trực tiếp quản lý", "Managed directly";
        buckets: "Chủ đầu tư theo mức giải ngân", "Investors by rate";
        bucket_none: "0%", "0 %";
        bucket_below: "Dưới {n}%", "Below {n} %";
        bucket_between: "{low} đến {high}%", "{low} to {high} %";
        bucket_above: "Từ {n}%", "{n} % and more";
        bucket_unknown: "Chưa có kế hoạch", "No plan";
        alerts: "Cảnh báo đang mở", "Live alerts";
        alerts_all: "Xem tất cả cảnh báo", "See all alerts";
        no_alerts: "Không có cảnh báo nào đang mở.", "There are no live alerts.";
        compliance: "Thực hiện chỉ đạo của năm", "The yearly directive";
        compliant: "{n} trên {all} đạt", "{n} of {all} comply";
        compliant_all: "Đạt cả {all}", "All {all} comply";
        compliant_none: "Chưa có gì để kiểm tra", "Nothing to check yet";
        offenders: "Xem {n} trường hợp chưa đạt", "See {n} that do not";
        more: "và {n} trường hợp khác", "and {n} more";
        between: "Xem {n} dòng ở giữa", "See the {n} between";
        worst: "Dự án chậm nhiều nhất", "The latest projects";
        no_late: "Không có dự án nào chậm.", "No project is late.";
        all_late: "Xem mọi dự án chậm", "See all late projects";
        mails_waiting: "{n} thư chờ gửi", "{n} mails waiting";
        mails_dead: "{n} thư không gửi được", "{n} mails given up";
        meter: "Vạch dọc là mức phải đạt theo kế hoạch giải ngân.", "The upright line is what the schedules ask for.";
        empty: "Năm {year} chưa có kế hoạch vốn nào trong phạm vi của bạn.", "There is no plan for {year} in what you cover.";
        empty_hint: "Chọn năm khác ở trên, hoặc nhập kế hoạch vốn của các dự án.", "Choose another year above, or record the plans of projects.";
        see_projects: "Xem các dự án", "See the projects";
        up: "Cấp trên", "Up";
        stands_scan: "Chưa quét cảnh báo của ngày", "The daily scan was not made";
        stands_mail_queue: "Thư chưa gửi được", "Mails are not leaving";
        stands_scheduler: "Bộ lập lịch đã dừng", "The scheduler has stopped";
        stands_backup: "Chưa sao lưu hằng ngày", "The daily backup was not made";
        stands_database: "Cơ sở dữ liệu không trả lời", "The database does not answer";
        stands_last: "{what}, lần gần nhất {at}", "{what}, last at {at}";
        stands_since: "{what}, từ {at}", "{what}, since {at}";
    }
}
