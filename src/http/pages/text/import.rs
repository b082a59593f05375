//! Bringing in files, and reconciling a Treasury statement.

use super::texts;

texts! {
    /// Bringing in files.
    Import {
        title: "Nhập tệp", "Import a file";
        lead: "Tải mẫu, điền, gửi để kiểm tra. Chưa có gì được ghi cho đến khi cả tệp không còn lỗi và bạn bấm ghi.", "Take the template, fill it in, send it to be checked. Nothing is recorded until the whole file is right and you press record.";
        templates: "Tệp mẫu", "Templates";
        kind: "Tệp chứa gì", "What the file holds";
        unit: "Đơn vị tính của số tiền trong tệp", "Unit of the amounts in the file";
        unit_hint: "Dùng cho ô không ghi đơn vị.", "For cells that name no unit.";
        file: "Tệp .xlsx hoặc .csv (UTF-8)", "File, .xlsx or .csv (UTF-8)";
        check: "Kiểm tra tệp", "Check the file";
        recent: "Các tệp đã gửi", "Files sent";
        recent_none: "Chưa có tệp nào.", "No file yet.";
        checking: "Đang kiểm tra: đã đọc {rows} dòng. Trang tự tải lại.", "Checking: {rows} rows read. The page reloads by itself.";
        stuck: "Việc kiểm tra bị ngắt giữa chừng; hãy gửi lại tệp.", "The check was cut short; send the file again.";
        rows: "Số dòng", "Rows";
        valid: "Hợp lệ", "Valid";
        invalid: "Có lỗi", "With errors";
        skipped: "Bỏ qua", "Passed over";
        sent_by: "Người gửi", "Sent by";
        status_checking: "đang kiểm tra", "checking";
        status_checked: "đã kiểm tra", "checked";
        status_failed: "không đọc được", "not readable";
        status_committed: "đã ghi", "recorded";
        has_errors: "Có {n} lỗi. Sửa trong tệp rồi gửi lại; chưa có gì được ghi.", "{n} errors. Mend them in the file and send it again; nothing was recorded.";
        shown_first: "Hiện {shown} lỗi đầu.", "The first {shown} are shown.";
        all_good: "Không có lỗi. Bấm ghi để đưa toàn bộ {n} dòng vào hệ thống.", "No errors. Press record to take all {n} rows in.";
        nothing: "Tệp không có dòng dữ liệu nào.", "The file has no row of data.";
        commit: "Ghi toàn bộ", "Record all";
        committing: "Đang ghi: {done} / {rows} dòng. Trang tự tải lại; đóng trang cũng không sao.", "Recording: {done} of {rows} rows. The page reloads by itself; it may be closed.";
        broken: "Việc ghi bị ngắt giữa chừng; chưa có dòng nào được ghi. Hãy bấm ghi lại.", "Recording was cut short, and no row is recorded. Press record again.";
        committed: "Đã ghi {n} dòng lúc {time}.", "{n} rows recorded at {time}.";
        errors: "Lỗi", "Errors";
        warnings: "Cần xem lại", "To be looked at";
        cell: "Ô", "Cell";
        column: "Cột", "Column";
        value: "Giá trị", "Value";
        message: "Vấn đề và cách sửa", "What is wrong and how to mend it";
        again: "Gửi tệp khác", "Send another file";
        reconcile: "Đối chiếu sao kê", "Reconcile the statement";
        reconcile_lead: "Bên trái là Kho bạc, bên phải là sổ ở đây. Không có số tiền nào bị đổi: bạn chấp nhận, ghi bổ sung hoặc đánh dấu đang vướng.", "The Treasury on the left, this ledger on the right. No amount is changed: you accept, record, or mark as disputed.";
        state_agreed: "Khớp", "Agreed";
        state_differs: "Lệch", "Differs";
        state_treasury_only: "Chỉ có ở Kho bạc", "Only at the Treasury";
        state_ledger_only: "Chỉ có ở đây", "Only here";
        counts: "{agreed} khớp, {differs} lệch, {treasury_only} chỉ có ở Kho bạc, {ledger_only} chỉ có ở đây", "{agreed} agree, {differs} differ, {treasury_only} only at the Treasury, {ledger_only} only here";
        treasury: "Kho bạc", "Treasury";
        ledger: "Sổ ở đây", "This ledger";
        difference: "Chênh lệch", "Difference";
        resolution: "Đã xử lý", "Dealt with";
        open: "chưa", "not yet";
        accepted: "đã chấp nhận", "accepted";
        created: "đã ghi bổ sung", "recorded";
        disputed: "đang vướng", "disputed";
        choose: "Chọn dòng {row}", "Choose row {row}";
        accept_all: "Chấp nhận tất cả các dòng khớp còn mở", "Accept all open ones that agree";
        accept: "Chấp nhận các dòng đã chọn", "Accept the chosen ones";
        record: "Ghi bổ sung các dòng đã chọn", "Record the chosen ones";
        record_as: "Ghi là", "Record as";
        dispute: "Đánh dấu đang vướng", "Mark as disputed";
        reason: "Lý do", "Reason";
        none: "Không có dòng nào.", "No lines.";
        changed: "Đã xử lý {n} dòng.", "{n} lines dealt with.";
        up_to: "Đã đối chiếu đến hết ngày {date}.", "Reconciled up to {date}.";
        up_to_none: "Chưa có khoản nào được đối chiếu.", "Nothing is reconciled yet.";
        file_needed: "Hãy chọn một tệp.", "Choose a file.";
    }
}
