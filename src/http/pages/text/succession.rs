//! Splits and merges of units.

use super::texts;

texts! {
    /// Splits and merges of units.
    Succession {
        title: "Sắp xếp đơn vị", "Successions";
        lead: "Sáp nhập, chia tách: dự án, tài khoản, cơ quan, cảnh báo và đơn vị bên dưới được bàn giao từ một ngày; số liệu trước đó giữ nguyên.", "Merges and splits: projects, users, agencies, alerts and units below are handed over from a day on; what was before stays.";
        add: "Ghi sáp nhập, chia tách", "Record a succession";
        none: "Đơn vị này chưa được sắp xếp lại.", "This unit has not been merged or split.";
        done: "Đã ghi và bàn giao.", "Recorded and handed over.";
        new_title: "Sáp nhập, chia tách {unit}", "Succession of {unit}";
        from: "Từ ngày", "From";
        from_hint: "Ngày đầu tiên của đơn vị kế tục.", "The first day of the successors.";
        heirs: "Đơn vị kế tục", "Successors";
        heirs_hint: "Chọn một đơn vị nếu sáp nhập, nhiều đơn vị nếu chia tách. Đơn vị mới phải được thêm trước.", "One for a merge, several for a split. A new unit has to be added first.";
        step_one: "Chọn ngày và các đơn vị kế tục; bước sau chia dự án.", "Choose the day and who follows; the next step tells projects apart.";
        step_two: "Kiểm tra rồi ghi.", "Check, then record.";
        choose_heir: "Chọn ít nhất một đơn vị kế tục.", "Choose at least one successor.";
        go_on: "Tiếp tục", "Go on";
        choose_again: "Chọn lại đơn vị kế tục", "Choose the successors again";
        rest: "Nhận phần còn lại", "Takes the rest";
        rest_hint: "Nhận dự án không nêu tên, tài khoản, cơ quan, cảnh báo và đơn vị bên dưới.", "Projects not named, users, agencies, alerts and units below.";
        projects: "Dự án về đâu", "Who takes which project";
        projects_hint: "Dự án không chọn đi cùng phần còn lại.", "A project left open goes with the rest.";
        with_the_rest: "Cùng phần còn lại", "With the rest";
        all_projects: "{n} dự án được bàn giao.", "{n} projects are handed over.";
        no_projects: "Đơn vị không quản lý dự án nào từ ngày này.", "The unit manages no project from that day on.";
        projects_taken: "{n} dự án", "{n} projects";
        for_good: "Không hoàn tác được: bàn giao lại thì ghi ở từng dự án.", "This cannot be undone; handing back is recorded project by project.";
        record: "Ghi và bàn giao", "Record and hand over";
    }
}
