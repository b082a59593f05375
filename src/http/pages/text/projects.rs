//! The list of projects.

use super::texts;

texts! {
    /// The list of projects.
    Projects {
        title: "Dự án", "Projects";
        search: "Tìm theo tên hoặc mã, không cần dấu", "Search by name or code, marks do not matter";
        all_units: "Mọi đơn vị", "All units";
        all_investors: "Mọi chủ đầu tư", "All investors";
        all_sources: "Mọi nguồn vốn", "All sources";
        all_statuses: "Mọi trạng thái", "All states";
        all_groups: "Mọi nhóm", "All groups";
        all_leaders: "Mọi lãnh đạo", "All leaders";
        columns: "Chọn cột", "Choose columns";
        export: "Tải về CSV", "Download CSV";
        removed: "Bỏ điều kiện {name}", "Remove {name}";
        sort: "Sắp xếp", "Sort";
        sort_name: "Tên", "Name";
        sort_code: "Mã", "Code";
        sort_total: "Tổng mức đầu tư", "Total investment";
        descending: "giảm dần", "descending";
        empty: "Không có dự án nào khớp.", "No project matches.";
        empty_hint: "Thử bớt từ khóa hoặc bỏ một điều kiện lọc.", "Try fewer words or remove a filter.";
        group: "Nhóm", "Group";
        sector: "Lĩnh vực", "Sector";
        status: "Trạng thái", "State";
        total_investment: "Tổng mức đầu tư", "Total investment";
        no_plan: "Chưa có kế hoạch vốn năm {year}", "No plan for {year}";
        all_projects: "Cả dự án không có kế hoạch vốn năm này", "Also projects without a plan this year";
        lateness: "Tiến độ", "Lateness";
        only_late: "Đang chậm", "Late";
        not_late: "Không chậm", "Not late";
        count_shown: "{n} dự án trên trang này", "{n} projects on this page";
        no_leader: "Chưa có lãnh đạo phụ trách", "No responsible leader";
    }
}
