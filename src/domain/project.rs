//! What a project is, in closed lists (domain.md section 2).

use super::text_enum::text_enum;

text_enum! {
    /// The group of a project under the public-investment law.
    ProjectGroup {
        /// Quan trọng quốc gia.
        National = "national",
        /// Nhóm A.
        A = "A",
        /// Nhóm B.
        B = "B",
        /// Nhóm C.
        C = "C",
    }
}

text_enum! {
    /// Where a project stands.
    ProjectStatus {
        /// Chuẩn bị đầu tư.
        Preparation = "preparation",
        /// Khởi công mới.
        New = "new",
        /// Chuyển tiếp.
        Ongoing = "ongoing",
        /// Hoàn thành.
        Completed = "completed",
        /// Đã quyết toán.
        Settled = "settled",
        /// Tạm dừng.
        Suspended = "suspended",
    }
}

text_enum! {
    /// What a person is to a project; one person for each duty on any day.
    Duty {
        /// Lãnh đạo phụ trách: answers for the project.
        Leader = "leader",
        /// Cán bộ theo dõi: stands beside the leader.
        Officer = "officer",
    }
}

/// The sectors that are suggested; a province may use codes of its own.
pub const SECTORS: [&str; 18] = [
    "defence",
    "security",
    "education",
    "science",
    "health",
    "culture",
    "broadcasting",
    "sport",
    "environment",
    "transport",
    "agriculture",
    "industry",
    "urban",
    "it",
    "tourism",
    "public_administration",
    "social",
    "other",
];
