//! Logging payments.

use super::texts;

texts! {
    /// Logging payments.
    Payment {
        title: "Ghi giải ngân", "Log a payment";
        find: "Tìm dự án theo tên hoặc mã, không cần dấu", "Find the project by name or code, marks do not matter";
        find_button: "Tìm dự án", "Find";
        found_none: "Không có dự án nào khớp trong phạm vi của bạn.", "No project in what you cover matches.";
        choose_project: "Chọn dự án", "Choose a project";
        more_found: "Còn nhiều dự án khác; hãy gõ thêm để thu hẹp.", "There are more; type more to narrow the search.";
        other_project: "Chọn dự án khác", "Choose another project";
        line: "Trả từ nguồn", "Paid from";
        line_left: "còn {left} trên {available}", "{left} of {available} left";
        line_advance: "tạm ứng chưa thu hồi {advance}", "{advance} advance outstanding";
        line_until: "hạn {date}", "until {date}";
        lines_over: "Nguồn đã hết thời hạn giải ngân", "Sources whose period is over";
        no_lines: "Dự án này chưa được giao kế hoạch vốn nên chưa thể ghi giải ngân.", "This project has no plan yet, so nothing can be paid.";
        kind: "Loại thanh toán", "Kind of payment";
        gross: "Số tiền trên chứng từ", "Amount on the voucher";
        gross_hint: "Gõ như trên chứng từ: 1.234.567 hoặc 1,5 tỷ hoặc 350 triệu. Không ghi đơn vị nghĩa là đồng.", "As on the voucher: 1.234.567, 1,5 tỷ or 350 triệu. Without a unit it means đồng.";
        recovered: "Trong đó thu hồi tạm ứng", "Of which recovers advances";
        recovered_hint: "Chỉ với khối lượng hoàn thành hoặc nộp trả; để trống nếu không có.", "For completed volume or refunds only; leave empty if none.";
        posted_on: "Ngày hạch toán tại Kho bạc", "Posting date at the Treasury";
        voucher: "Số chứng từ", "Voucher number";
        more: "Hợp đồng, hồ sơ, ghi chú", "Contract, dossier, note";
        contract: "Số hợp đồng", "Contract number";
        sent: "Ngày gửi hồ sơ", "Dossier sent";
        returned: "Ngày nhận lại hồ sơ", "Dossier returned";
        corrects: "Sửa cho khoản đã ghi số", "Corrects the payment with number";
        record: "Ghi khoản giải ngân", "Record the payment";
        recorded: "Đã ghi {net} cho {project}, chứng từ {voucher}.", "Recorded {net} for {project}, voucher {voucher}.";
        recorded_reversal: "Đã hủy bằng bút toán {net} cho {project}.", "Reversed with {net} for {project}.";
        recorded_again: "Phiếu này đã được ghi từ lần gửi trước; không ghi lần thứ hai.", "This form was recorded when it was sent before; nothing was recorded twice.";
        next_same: "Ghi tiếp cho dự án này", "Another one for this project";
        recent: "Bạn vừa ghi", "What you recorded lately";
        recent_none: "Chưa có khoản nào.", "Nothing yet.";
        undo: "Hủy", "Undo";
        undone: "Đã hủy", "Undone";
        small: "Số tiền chỉ {amount}. Có phải bạn muốn ghi {thousand}? Nếu đúng là {amount}, hãy đánh dấu xác nhận rồi ghi lại.", "The amount is only {amount}. Did you mean {thousand}? If {amount} is right, tick to confirm and record again.";
        small_confirm: "Đúng là {amount}", "{amount} is right";
        large: "Lớn hơn số còn lại khoảng 1.000 lần: có phải là {less}?", "About 1,000 times what is left: is it {less}?";
        ambiguous: "Có thể hiểu theo hai cách. Hãy ghi rõ, ví dụ 12.345.000 hoặc 12,345 triệu thành 12.345.000.", "This can be read in two ways. Write it out, such as 12.345.000.";
        malformed: "Không đọc được số này. Ví dụ đúng: 1.234.567 hoặc 1,5 tỷ.", "This is not a number. Right: 1.234.567 or 1,5 tỷ.";
        unknown_unit: "Không rõ đơn vị. Dùng đồng, triệu hoặc tỷ.", "Unknown unit. Use đồng, triệu or tỷ.";
        fraction: "Phải là số đồng nguyên.", "It must be whole đồng.";
        out_of_range: "Số quá lớn.", "The amount is too large.";
        required_amount: "Cần nhập số tiền.", "An amount is needed.";
        line_gone: "Hãy chọn một nguồn vốn của dự án.", "Choose one of the project's sources.";
        after: "Còn lại sau khoản này", "Left after this one";
        over: "Vượt số còn lại", "Above what is left";
        reverse_title: "Hủy bút toán {voucher}", "Reverse voucher {voucher}";
        reverse_lead: "Bút toán gốc vẫn được giữ; một bút toán ngược dấu sẽ được ghi. Chứng từ này sau đó ghi lại được.", "The original stays; an entry with the opposite sign is recorded. The voucher can be used again afterwards.";
        reverse_on: "Ngày hạch toán của bút toán hủy", "Posting date of the reversal";
        reverse_reason_hint: "Nêu rõ sai ở đâu, ví dụ: gõ nhầm số tiền.", "Say what was wrong, such as: mistyped amount.";
        reverse: "Hủy bút toán", "Reverse";
        reversed_already: "Khoản này đã được hủy trước đó.", "This payment has been reversed already.";
    }
}
