//! What the fields of forms are called, for the list of faults above a form.

use super::Texts;

/// The label of a field by the last part of its name; none for fields that every form calls
/// differently.
pub fn label(t: &Texts, name: &str) -> Option<&'static str> {
    let (k, p, a) = (&t.common, &t.project, &t.administration);
    Some(match name.rsplit('/').next().unwrap_or(name) {
        "amount" => k.amount,
        "again" => k.password_again,
        "assignee_person_id" => p.assignee,
        "budget_year" => k.budget_year,
        "category" => p.category,
        "commit_amount" => t.alerts.commit_amount,
        "commit_date" => t.alerts.commit_date,
        "current_password" => k.password_current,
        "deadline" => p.last_day,
        "decision_date" => k.decision_date,
        "decision_issuer" => k.decision_issuer,
        "decision_number" => k.decision_number,
        "description" => p.description,
        "due_date" => p.due_date,
        "effective_date" => k.effective_date,
        "from_year" => p.from_year,
        "funding_source_id" => k.funding_source,
        "gross_amount" => p.gross,
        "heir" => t.succession.heirs,
        "kind" => k.kind,
        "month" => k.month,
        "new_password" => k.password_new,
        "note" => k.note,
        "password" => k.password,
        "person_id" => p.person,
        "posted_on" => p.posted_on,
        "project_code" => k.project,
        "reason" => k.reason,
        "rest_to_unit_id" => t.succession.rest,
        "role" => a.role,
        "source_document" => t.task_force.document,
        "status" => k.status,
        "to_project_code" => p.to_project,
        "totp_code" => k.totp_code,
        "unit_id" => k.unit,
        "agency_id" => k.agency,
        "until" => t.alerts.until,
        "username" => k.username,
        "voucher_number" => p.voucher,
        _ => return None,
    })
}
