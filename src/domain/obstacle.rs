//! What blocks a project, and how far its removal has come (domain.md section 2).

use super::locale::Locale;
use super::text_enum::text_enum;

text_enum! {
    /// The kinds of obstacle that reports of provinces name.
    Category {
        /// Giải phóng mặt bằng.
        SiteClearance = "site_clearance",
        /// Giá đất, đơn giá bồi thường.
        LandPrice = "land_price",
        /// Vật liệu, bãi đổ thải.
        Materials = "materials",
        /// Thủ tục đầu tư.
        InvestmentProcedures = "investment_procedures",
        /// Chuyển mục đích sử dụng đất, rừng; quy hoạch.
        LandUsePlanning = "land_use_planning",
        /// Đấu thầu, lựa chọn nhà thầu.
        Bidding = "bidding",
        /// Năng lực chủ đầu tư, ban quản lý dự án, tư vấn, nhà thầu.
        Capacity = "capacity",
        /// Nguồn vốn.
        CapitalSource = "capital_source",
        /// Nghiệm thu, hồ sơ thanh toán.
        PaymentDossier = "payment_dossier",
        /// Thu hồi tạm ứng.
        AdvanceRecovery = "advance_recovery",
        /// Thời tiết, thiên tai.
        Weather = "weather",
        /// Thay đổi tổ chức, chủ đầu tư.
        Reorganisation = "reorganisation",
        /// Thủ tục của nhà tài trợ.
        DonorProcedures = "donor_procedures",
        /// Tinh thần trách nhiệm, phối hợp.
        Responsibility = "responsibility",
    }
}

impl Category {
    /// What people read.
    pub const fn label(self, locale: Locale) -> &'static str {
        let (vi, en) = match self {
            Category::SiteClearance => ("Giải phóng mặt bằng", "Site clearance"),
            Category::LandPrice => ("Giá đất, đơn giá bồi thường", "Land price and compensation"),
            Category::Materials => ("Vật liệu, bãi đổ thải", "Materials and dumping sites"),
            Category::InvestmentProcedures => ("Thủ tục đầu tư", "Investment procedures"),
            Category::LandUsePlanning => (
                "Chuyển mục đích sử dụng đất, rừng; quy hoạch",
                "Land use, forest and planning",
            ),
            Category::Bidding => ("Đấu thầu, lựa chọn nhà thầu", "Bidding"),
            Category::Capacity => (
                "Năng lực chủ đầu tư, tư vấn, nhà thầu",
                "Capacity of investor, consultant or contractor",
            ),
            Category::CapitalSource => ("Nguồn vốn", "Capital source"),
            Category::PaymentDossier => ("Nghiệm thu, hồ sơ thanh toán", "Payment dossier"),
            Category::AdvanceRecovery => ("Thu hồi tạm ứng", "Recovery of advances"),
            Category::Weather => ("Thời tiết, thiên tai", "Weather and disasters"),
            Category::Reorganisation => ("Thay đổi tổ chức, chủ đầu tư", "Reorganisation"),
            Category::DonorProcedures => ("Thủ tục của nhà tài trợ", "Donor procedures"),
            Category::Responsibility => (
                "Tinh thần trách nhiệm, phối hợp",
                "Responsibility and coordination",
            ),
        };
        match locale {
            Locale::Vi => vi,
            Locale::En => en,
        }
    }
}

text_enum! {
    /// How far an obstacle or a directive has come; it may move from any to any.
    FollowUp {
        /// Mới ghi nhận.
        Open = "open",
        /// Đang xử lý.
        InProgress = "in_progress",
        /// Chờ cấp trên.
        WaitingHigher = "waiting_higher",
        /// Đã tháo gỡ.
        Resolved = "resolved",
        /// Không tháo gỡ được.
        Unresolvable = "unresolvable",
    }
}

impl FollowUp {
    /// Whether nobody has to do anything any more; it must be said how it ended.
    pub const fn is_over(self) -> bool {
        matches!(self, FollowUp::Resolved | FollowUp::Unresolvable)
    }

    /// What people read.
    pub const fn label(self, locale: Locale) -> &'static str {
        let (vi, en) = match self {
            FollowUp::Open => ("Mới ghi nhận", "Open"),
            FollowUp::InProgress => ("Đang xử lý", "In progress"),
            FollowUp::WaitingHigher => ("Chờ cấp trên", "Waiting for a higher level"),
            FollowUp::Resolved => ("Đã tháo gỡ", "Resolved"),
            FollowUp::Unresolvable => ("Không tháo gỡ được", "Cannot be resolved"),
        };
        match locale {
            Locale::Vi => vi,
            Locale::En => en,
        }
    }
}
