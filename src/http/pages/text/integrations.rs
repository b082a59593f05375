//! Keys and webhooks of other systems.

use super::texts;

texts! {
    /// Keys and webhooks of other systems.
    Integrations {
        keys: "Khóa API", "API keys";
        about_keys: "Hệ thống khác đăng nhập bằng khóa: quyền, thời hạn, lần dùng gần nhất.", "How other systems sign in: rights, expiry, last use.";
        add_key: "Tạo khóa API", "Make an API key";
        webhooks: "Webhook", "Webhooks";
        about_webhooks: "Địa chỉ của hệ thống khác được báo khi có thay đổi, và nhật ký gửi.", "Addresses that are told what happens, and what was sent.";
        add_webhook: "Tạo webhook", "Make a webhook";
        purpose: "Dùng cho", "What it is for";
        purpose_hint: "Tên hệ thống dùng khóa này.", "The system that uses it.";
        state: "Trạng thái", "Status";
        works: "Đang dùng được", "Works";
        expired: "Hết hạn", "Expired";
        revoked: "Đã thu hồi", "Revoked";
        revoked_at: "Thu hồi lúc", "Revoked at";
        prefix: "Bắt đầu bằng", "Begins with";
        stands_for: "Vai trò và phạm vi", "Role and scope";
        owner: "Người tạo", "Made by";
        made: "Tạo lúc", "Made at";
        last_used: "Dùng gần nhất", "Last used";
        never: "Chưa dùng", "Never";
        permissions: "Quyền", "Permissions";
        permissions_hint: "Bỏ trống: mọi quyền của vai trò, trừ quản lý tài khoản, khóa và webhook. Quyền xem luôn có.", "None ticked: all that the role may do, but no users, keys or webhooks. Reading is always among it.";
        permissions_kept: "Bỏ trống: trở lại mọi quyền của vai trò, trừ quản lý tài khoản, khóa và webhook. Quyền xem luôn có.", "None ticked: again all that the role may do, but no users, keys or webhooks. Reading is always among it.";
        last_day: "Ngày cuối dùng được", "Last day";
        last_day_hint: "Bỏ trống: không hết hạn.", "Left empty: it does not expire.";
        rate_limit: "Số yêu cầu mỗi giây", "Requests per second";
        rate_limit_hint: "Bỏ trống: theo giới hạn chung.", "Left empty: the limit of everybody.";
        revoke: "Thu hồi khóa", "Revoke the key";
        secret_once: "Sao chép ngay: chuỗi này chỉ hiện một lần. Ai có nó đều dùng được.", "Copy it now: it is shown this once. Whoever has it can use it.";
        secret_gone: "Phiếu này đã được gửi trước đó và chuỗi bí mật đã hiện ở lần ấy. Nếu không thấy, hãy thu hồi hoặc thay chuỗi mới.", "This form was sent before, and the secret was shown then. If you did not see it, revoke or replace it.";
        secret_kept: "Tôi đã cất chuỗi này", "I have kept it";
        url: "Địa chỉ", "Address";
        url_hint: "Bắt đầu bằng https://", "It begins with https://";
        events: "Được báo khi", "Told of";
        of_unit: "Trong đơn vị", "In the unit";
        told_of: "Phạm vi", "Scope";
        is_active: "Đang bật", "Switched on";
        active: "Đang bật", "On";
        switched_off: "Đã tắt", "Off";
        gone: "Đã tắt: nơi nhận báo không còn", "Off: the receiver said it is gone";
        new_secret: "Thay chuỗi bí mật", "Replace the secret";
        old_secret_until: "Chuỗi cũ còn ký đến", "The old secret signs until";
        deliveries: "Nhật ký gửi", "Deliveries";
        about_deliveries: "Từng lần báo đến địa chỉ này, mới nhất trước.", "What was sent to this address, newest first.";
        no_deliveries: "Chưa có lần gửi nào.", "Nothing was sent yet.";
        event: "Sự kiện", "Event";
        attempts: "Số lần thử", "Attempts";
        queued_at: "Xếp hàng lúc", "Queued";
        tried_at: "Thử gần nhất", "Last tried";
        next_attempt: "Lần tới", "Next";
        resend: "Gửi lại", "Send again";
        resent: "Đã xếp hàng để gửi lại.", "Queued to be sent again.";
    }
}
