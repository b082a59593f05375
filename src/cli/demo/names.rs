//! Invented people and works. No name is that of a real official.

use super::random::Random;

const FAMILY: [&str; 14] = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý",
    "Đinh", "Mai",
];
const MIDDLE: [&str; 12] = [
    "Văn", "Thị", "Minh", "Quang", "Thu", "Đức", "Hải", "Ngọc", "Thanh", "Xuân", "Hồng", "Khánh",
];
const GIVEN: [&str; 24] = [
    "Khôi", "Thảo", "Bách", "Yên", "Lâm", "Trúc", "Vỹ", "Nhàn", "Tùng", "Diệp", "Phong", "Quyên",
    "Sáng", "Uyên", "Thịnh", "Ly", "Đạt", "Hạnh", "Kiên", "Oanh", "Luân", "Mỹ", "Toàn", "Vân",
];

/// A full name, family name first.
pub fn person(random: &mut Random) -> String {
    let parts = [
        *random.pick(&FAMILY),
        *random.pick(&MIDDLE),
        *random.pick(&GIVEN),
    ];
    parts.join(" ")
}

/// Kinds of work with their sector and usual size in billion đồng.
pub const WORKS: [(&str, &str, i64, i64); 16] = [
    ("Cải tạo, nâng cấp đường", "transport", 15, 320),
    ("Xây dựng cầu", "transport", 20, 260),
    ("Trường tiểu học", "education", 18, 90),
    ("Trường trung học cơ sở", "education", 25, 120),
    ("Trường mầm non", "education", 12, 60),
    ("Trạm y tế", "health", 5, 25),
    ("Trung tâm y tế", "health", 40, 220),
    ("Kè chống sạt lở", "agriculture", 20, 180),
    ("Hồ chứa nước", "agriculture", 15, 140),
    ("Hệ thống cấp nước sạch", "urban", 10, 80),
    ("Hạ tầng khu tái định cư", "urban", 30, 260),
    ("Nhà văn hóa", "culture", 4, 30),
    ("Tu bổ di tích", "culture", 6, 70),
    (
        "Hệ thống thoát nước và xử lý nước thải",
        "environment",
        20,
        200,
    ),
    ("Trụ sở làm việc", "public_administration", 12, 90),
    ("Hạ tầng công nghệ thông tin", "it", 6, 60),
];

const PLACES: [&str; 20] = [
    "thôn Đồng Tâm",
    "khu 3",
    "thôn Bắc Sơn",
    "khu Tân Lập",
    "thôn Trung Nghĩa",
    "bản Nà Pá",
    "khu 5B",
    "thôn Phú Hải",
    "khu Vạn Yên",
    "thôn Nam Hà",
    "khu Cái Dăm",
    "thôn Đầm Tràng",
    "bản Khe Lặc",
    "khu 7",
    "thôn Thanh Bình",
    "khu Hồng Thái",
    "thôn Tràng Lương",
    "khu Yên Lâm",
    "thôn Quảng Sơn",
    "khu 2A",
];

/// A place within a unit.
pub fn place(random: &mut Random) -> &'static str {
    let place: &&'static str = random.pick(&PLACES);
    place
}
