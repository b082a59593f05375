//! What charts say.

use super::texts;

texts! {
    /// What charts say.
    Chart {
        title: "Đường tiến độ giải ngân năm {year}", "Progress curve of {year}";
        description: "Đến {date}: đã giải ngân {disbursed}, theo kế hoạch giải ngân phải đạt {scheduled}, kế hoạch cả năm {plan}.", "By {date}: {disbursed} disbursed, {scheduled} scheduled, {plan} planned for the year.";
        description_forecast: "Dự báo cuối kỳ từ {low} đến {high}.", "The forecast for the end is between {low} and {high}.";
        planned: "Theo kế hoạch", "Planned";
        actual: "Thực hiện", "Actual";
        forecast: "Dự báo", "Forecast";
        forecast_low: "Dự báo thấp", "Low forecast";
        forecast_high: "Dự báo cao", "High forecast";
        last_year: "Năm trước", "Last year";
        legend: "Chú giải", "Key";
        empty: "Chưa có số liệu để vẽ: năm này chưa có kế hoạch giải ngân được duyệt và chưa có khoản giải ngân nào.", "Nothing to draw yet: this year has neither an approved schedule nor a payment.";
    }
}
