//! The columns of each kind of file (api.md, Imports).

use super::Kind;
use super::columns::{Cell, Choice, Column, EXAMPLE_CODE, List, choice, column};

const ORIGINS: &[Choice] = &[
    choice("in_year", "trong năm", "in year"),
    choice("extended", "kéo dài", "extended"),
];
const PAYMENT_KINDS: &[Choice] = &[
    choice("advance", "tạm ứng", "advance"),
    choice(
        "completed_volume",
        "khối lượng hoàn thành",
        "completed volume",
    ),
    choice("refund", "nộp trả", "refund"),
];
const ENTRY_KINDS: &[Choice] = &[
    choice("initial", "giao đầu năm", "initial"),
    choice("supplement", "bổ sung", "supplement"),
    choice("cut", "cắt giảm", "cut"),
];
const GROUPS: &[Choice] = &[
    choice("national", "quan trọng quốc gia", "national"),
    choice("A", "nhóm A", "group A"),
    choice("B", "nhóm B", "group B"),
    choice("C", "nhóm C", "group C"),
];
const STATUSES: &[Choice] = &[
    choice("preparation", "chuẩn bị đầu tư", "preparation"),
    choice("new", "khởi công mới", "new"),
    choice("ongoing", "chuyển tiếp", "ongoing"),
    choice("completed", "hoàn thành", "completed"),
    choice("settled", "đã quyết toán", "settled"),
    choice("suspended", "tạm dừng", "suspended"),
];

const PROJECT: Column = column(
    "project_code",
    ("Mã dự án", "Project code"),
    Cell::Code(List::Projects),
    true,
    EXAMPLE_CODE,
);
const SOURCE: Column = column(
    "funding_source_code",
    ("Mã nguồn vốn", "Funding source code"),
    Cell::Code(List::Sources),
    true,
    "NSTW",
)
.also(&["Nguồn vốn"]);
const YEAR: Column = column(
    "budget_year",
    ("Năm kế hoạch", "Budget year"),
    Cell::Year,
    true,
    "2024",
)
.also(&["Năm ngân sách"]);
const ORIGIN: Column = column(
    "origin",
    ("Loại vốn", "Origin"),
    Cell::Choice(ORIGINS),
    false,
    "trong năm",
)
.hint("Để trống: trong năm", "Blank: in year");
const NOTE: Column = column(
    "note",
    ("Ghi chú", "Note"),
    Cell::Note,
    false,
    "Dòng ví dụ: ghi đè hoặc để nguyên",
);
const POSTED_ON: Column = column(
    "posted_on",
    ("Ngày hạch toán", "Posted on"),
    Cell::Date,
    true,
    "2024-05-15",
);
const VOUCHER: Column = column(
    "voucher_number",
    ("Số chứng từ", "Voucher number"),
    Cell::Text(100),
    true,
    "001/KBNN",
);
const EFFECTIVE: Column = column(
    "effective_date",
    ("Ngày hiệu lực", "Effective date"),
    Cell::Date,
    true,
    "2024-01-01",
);

const DISBURSEMENTS: &[Column] = &[
    PROJECT,
    SOURCE,
    YEAR,
    ORIGIN,
    column(
        "kind",
        ("Loại thanh toán", "Payment kind"),
        Cell::Choice(PAYMENT_KINDS),
        true,
        "khối lượng hoàn thành",
    )
    .also(&["Kind"]),
    column(
        "gross_amount",
        ("Số tiền", "Gross amount"),
        Cell::Amount,
        true,
        "1000000",
    )
    .also(&["Amount"]),
    column(
        "advance_recovered",
        ("Thu hồi tạm ứng", "Advance recovered"),
        Cell::Amount,
        false,
        "0",
    )
    .hint("Để trống: 0", "Blank: 0"),
    POSTED_ON,
    VOUCHER,
    NOTE,
];

const PLAN_ENTRIES: &[Column] = &[
    PROJECT,
    SOURCE,
    YEAR,
    ORIGIN,
    column(
        "kind",
        ("Loại quyết định", "Entry kind"),
        Cell::Choice(ENTRY_KINDS),
        true,
        "giao đầu năm",
    )
    .also(&["Kind", "Loại"]),
    column(
        "amount",
        ("Số vốn", "Amount"),
        Cell::Amount,
        true,
        "1000000",
    )
    .also(&["Số tiền"])
    .hint(
        "Lớn hơn 0; loại quyết định cho biết tăng hay giảm",
        "Above 0; the kind says whether it gives or takes",
    ),
    EFFECTIVE,
    column(
        "decision_number",
        ("Số quyết định", "Decision number"),
        Cell::Text(100),
        true,
        "176/NQ-HĐND",
    ),
    column(
        "decision_issuer",
        ("Cơ quan ban hành", "Decision issuer"),
        Cell::Text(300),
        true,
        "HĐND tỉnh",
    ),
    column(
        "decision_date",
        ("Ngày quyết định", "Decision date"),
        Cell::Date,
        true,
        "2023-12-08",
    ),
    NOTE,
];

macro_rules! months {
    ($($key:literal $vi:literal $en:literal;)*) => {
        &[
            PROJECT, SOURCE, YEAR, ORIGIN, EFFECTIVE,
            $(column($key, ($vi, $en), Cell::Amount, false, "0"),)*
        ]
    };
}

const SCHEDULES: &[Column] = months! {
    "m01" "Tháng 1" "January"; "m02" "Tháng 2" "February"; "m03" "Tháng 3" "March";
    "m04" "Tháng 4" "April"; "m05" "Tháng 5" "May"; "m06" "Tháng 6" "June";
    "m07" "Tháng 7" "July"; "m08" "Tháng 8" "August"; "m09" "Tháng 9" "September";
    "m10" "Tháng 10" "October"; "m11" "Tháng 11" "November"; "m12" "Tháng 12" "December";
    "m13" "Tháng 1 năm sau" "January of the next year";
};

const PROJECTS: &[Column] = &[
    column(
        "code",
        ("Mã dự án", "Code"),
        Cell::Text(40),
        true,
        EXAMPLE_CODE,
    )
    .also(&["Project code", "project_code"]),
    column(
        "budget_code",
        ("Mã dự án đầu tư", "Budget code"),
        Cell::Text(40),
        false,
        "",
    ),
    column(
        "name",
        ("Tên dự án", "Name"),
        Cell::Text(500),
        true,
        "Đường nối cảng",
    ),
    column(
        "short_name",
        ("Tên ngắn", "Short name"),
        Cell::Text(200),
        false,
        "",
    ),
    column(
        "group",
        ("Nhóm dự án", "Group"),
        Cell::Choice(GROUPS),
        true,
        "nhóm B",
    ),
    column(
        "sector",
        ("Lĩnh vực", "Sector"),
        Cell::Text(40),
        true,
        "transport",
    )
    .hint(
        "Mã lĩnh vực, ví dụ transport, education, health",
        "A sector code such as transport, education, health",
    ),
    column(
        "disbursed_before",
        ("Đã giải ngân trước khi theo dõi", "Disbursed before"),
        Cell::Amount,
        false,
        "0",
    ),
    column(
        "advance_before",
        ("Dư tạm ứng trước khi theo dõi", "Advance before"),
        Cell::Amount,
        false,
        "0",
    ),
    column(
        "managing_unit_code",
        ("Mã đơn vị quản lý", "Managing unit code"),
        Cell::Code(List::Units),
        true,
        "22",
    )
    .also(&["managing_unit", "Đơn vị quản lý"]),
    column(
        "location_unit_codes",
        ("Mã địa bàn", "Location unit codes"),
        Cell::Codes(List::Units),
        false,
        "",
    )
    .also(&["location_units", "Địa bàn"])
    .hint(
        "Nhiều mã: cách nhau dấu phẩy",
        "Several codes: separated by commas",
    ),
    column(
        "investor_code",
        ("Mã chủ đầu tư", "Investor code"),
        Cell::Code(List::Agencies),
        true,
        "SGTVT",
    )
    .also(&["investor", "Chủ đầu tư"]),
    column(
        "pmu_code",
        ("Mã ban quản lý dự án", "PMU code"),
        Cell::Code(List::Agencies),
        false,
        "",
    )
    .also(&["pmu", "Ban quản lý dự án"]),
    column(
        "total_investment",
        ("Tổng mức đầu tư", "Total investment"),
        Cell::Amount,
        true,
        "1000000",
    ),
    column(
        "investment_decision_number",
        ("Số quyết định đầu tư", "Investment decision number"),
        Cell::Text(100),
        true,
        "100/QĐ-UBND",
    )
    .also(&["decision_number"]),
    column(
        "investment_decision_issuer",
        ("Cơ quan quyết định đầu tư", "Investment decision issuer"),
        Cell::Text(300),
        true,
        "UBND tỉnh",
    )
    .also(&["decision_issuer"]),
    column(
        "investment_decision_date",
        ("Ngày quyết định đầu tư", "Investment decision date"),
        Cell::Date,
        true,
        "2023-06-01",
    )
    .also(&["decision_date"]),
    column(
        "start_year",
        ("Năm bắt đầu", "Start year"),
        Cell::Year,
        true,
        "2024",
    ),
    column(
        "end_year",
        ("Năm kết thúc", "End year"),
        Cell::Year,
        true,
        "2026",
    ),
    column(
        "status",
        ("Trạng thái", "Status"),
        Cell::Choice(STATUSES),
        true,
        "chuyển tiếp",
    ),
    column(
        "leader_email",
        ("Thư điện tử lãnh đạo phụ trách", "Leader email"),
        Cell::Text(254),
        false,
        "",
    )
    .hint(
        "Phụ trách từ ngày nhập",
        "Responsible from the day of the import",
    ),
];

const TREASURY_STATEMENT: &[Column] = &[
    POSTED_ON,
    VOUCHER,
    PROJECT,
    SOURCE,
    YEAR,
    column(
        "net_amount",
        ("Số tiền", "Net amount"),
        Cell::SignedAmount,
        true,
        "1000000",
    )
    .also(&["Amount", "Số giải ngân"])
    .hint(
        "Số tính vào giải ngân; nộp trả là số âm",
        "What counts as disbursed; a refund is negative",
    ),
    column(
        "description",
        ("Diễn giải", "Description"),
        Cell::Note,
        false,
        "Dòng ví dụ",
    )
    .also(&["Nội dung", "Ghi chú"]),
];

/// The columns of a kind.
pub fn of(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Projects => PROJECTS,
        Kind::PlanEntries => PLAN_ENTRIES,
        Kind::Schedules => SCHEDULES,
        Kind::Disbursements => DISBURSEMENTS,
        Kind::TreasuryStatement => TREASURY_STATEMENT,
    }
}
