//! The tables of both databases; the migrations are the authority and a test compares the two.

diesel::table! {
    administrative_units (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        search_key -> Text,
        sort_key -> Text,
        level -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    unit_parents (id) {
        id -> BigInt,
        unit_id -> BigInt,
        parent_id -> BigInt,
        valid_from -> Date,
        valid_to -> Date,
    }
}

diesel::table! {
    agencies (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        search_key -> Text,
        sort_key -> Text,
        kind -> Text,
        unit_id -> BigInt,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        full_name -> Text,
        search_key -> Text,
        sort_key -> Text,
        position -> Text,
        agency_id -> BigInt,
        email -> Text,
        phone -> Nullable<Text>,
    }
}

diesel::table! {
    funding_sources (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        search_key -> Text,
        sort_key -> Text,
        parent_id -> Nullable<BigInt>,
        budget_level -> Text,
        origin -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    task_forces (id) {
        id -> BigInt,
        unit_id -> BigInt,
        standing_agency_id -> Nullable<BigInt>,
        decision_number -> Text,
        decision_issuer -> Text,
        decision_date -> Date,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    task_force_members (id) {
        id -> BigInt,
        task_force_id -> BigInt,
        person_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    holidays (id) {
        id -> BigInt,
        date -> Date,
        name -> Text,
    }
}

diesel::table! {
    targets (id) {
        id -> BigInt,
        budget_year -> Integer,
        date -> Date,
        percent_hundredths -> BigInt,
        basis -> Text,
        unit_id -> Nullable<BigInt>,
        agency_id -> Nullable<BigInt>,
        funding_source_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        person_id -> Nullable<BigInt>,
        password_hash -> Nullable<Text>,
        locale -> Text,
        active -> Bool,
        created_at -> Timestamp,
        totp_secret -> Nullable<Text>,
        totp_since -> Nullable<Timestamp>,
        totp_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (id) {
        id -> BigInt,
        user_id -> BigInt,
        code_hash -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    password_links (id) {
        id -> BigInt,
        user_id -> BigInt,
        purpose -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    grants (id) {
        id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        unit_id -> Nullable<BigInt>,
        agency_id -> Nullable<BigInt>,
        valid_from -> Date,
        valid_to -> Date,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        secret_hash -> Nullable<Text>,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> BigInt,
        session_id -> BigInt,
        token_hash -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    login_throttles (name) {
        name -> Text,
        failures -> BigInt,
        blocked_until -> Nullable<Timestamp>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    projects (id) {
        id -> BigInt,
        code -> Text,
        budget_code -> Nullable<Text>,
        name -> Text,
        short_name -> Nullable<Text>,
        search_key -> Text,
        sort_key -> Text,
        project_group -> Text,
        sector -> Text,
        disbursed_before -> BigInt,
        advance_before -> BigInt,
        total_investment -> BigInt,
        investment_decision_number -> Text,
        investment_decision_issuer -> Text,
        investment_decision_date -> Date,
        start_year -> Integer,
        end_year -> Integer,
        status -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    project_links (id) {
        id -> BigInt,
        project_id -> BigInt,
        managing_unit_id -> BigInt,
        investor_id -> BigInt,
        pmu_id -> Nullable<BigInt>,
        valid_from -> Date,
        valid_to -> Date,
    }
}

diesel::table! {
    unit_successions (id) {
        id -> BigInt,
        unit_id -> BigInt,
        rest_to_unit_id -> BigInt,
        effective_date -> Date,
        decision_number -> Text,
        decision_issuer -> Text,
        decision_date -> Date,
        handed_over_on -> Nullable<Date>,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    unit_succession_parts (id) {
        id -> BigInt,
        succession_id -> BigInt,
        unit_id -> BigInt,
        project_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    project_locations (id) {
        id -> BigInt,
        project_id -> BigInt,
        unit_id -> BigInt,
    }
}

diesel::table! {
    project_people (id) {
        id -> BigInt,
        project_id -> BigInt,
        role -> Text,
        person_id -> BigInt,
        valid_from -> Date,
        valid_to -> Date,
        decision_number -> Text,
        decision_issuer -> Text,
        decision_date -> Date,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_lines (id) {
        id -> BigInt,
        project_id -> BigInt,
        funding_source_id -> BigInt,
        budget_year -> Integer,
        origin -> Text,
        deadline -> Date,
    }
}

diesel::table! {
    plan_operations (id) {
        id -> BigInt,
        kind -> Text,
        from_line_id -> BigInt,
        to_line_id -> BigInt,
        amount -> BigInt,
        effective_date -> Date,
        decision_number -> Text,
        decision_issuer -> Text,
        decision_date -> Date,
        note -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_entries (id) {
        id -> BigInt,
        line_id -> BigInt,
        kind -> Text,
        amount -> BigInt,
        effective_date -> Date,
        deadline -> Date,
        decision_number -> Text,
        decision_issuer -> Text,
        decision_date -> Date,
        note -> Nullable<Text>,
        operation_id -> Nullable<BigInt>,
        reverses_id -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    capital_assignments (id) {
        id -> BigInt,
        unit_id -> Nullable<BigInt>,
        agency_id -> Nullable<BigInt>,
        from_unit_id -> Nullable<BigInt>,
        funding_source_id -> BigInt,
        budget_year -> Integer,
        authority -> Text,
        kind -> Text,
        amount -> BigInt,
        effective_date -> Date,
        decision_number -> Text,
        decision_issuer -> Text,
        decision_date -> Date,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    schedules (id) {
        id -> BigInt,
        line_id -> BigInt,
        version -> Integer,
        status -> Text,
        effective_date -> Date,
        note -> Nullable<Text>,
        total -> BigInt,
        created_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        submitted_by -> Nullable<BigInt>,
        submitted_at -> Nullable<Timestamp>,
        approved_by -> Nullable<BigInt>,
        approved_at -> Nullable<Timestamp>,
        return_reason -> Nullable<Text>,
    }
}

diesel::table! {
    schedule_items (id) {
        id -> BigInt,
        schedule_id -> BigInt,
        position -> Integer,
        due_date -> Date,
        amount -> BigInt,
        label -> Nullable<Text>,
    }
}

diesel::table! {
    disbursements (id) {
        id -> BigInt,
        line_id -> BigInt,
        project_id -> BigInt,
        kind -> Text,
        gross_amount -> BigInt,
        advance_recovered -> BigInt,
        net_amount -> BigInt,
        advance_change -> BigInt,
        posted_on -> Date,
        voucher_number -> Text,
        contract_number -> Nullable<Text>,
        dossier_sent_on -> Nullable<Date>,
        dossier_returned_on -> Nullable<Date>,
        corrects_id -> Nullable<BigInt>,
        reverses_id -> Nullable<BigInt>,
        note -> Nullable<Text>,
        reason -> Nullable<Text>,
        status -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    voucher_claims (id) {
        id -> BigInt,
        line_id -> BigInt,
        kind -> Text,
        voucher_number -> Text,
        disbursement_id -> BigInt,
    }
}

diesel::table! {
    line_months (id) {
        id -> BigInt,
        line_id -> BigInt,
        month -> Date,
        net -> BigInt,
        advance -> BigInt,
    }
}

diesel::table! {
    obstacles (id) {
        id -> BigInt,
        project_id -> BigInt,
        category -> Text,
        description -> Text,
        owner_agency_id -> Nullable<BigInt>,
        owner_person_id -> Nullable<BigInt>,
        due_date -> Date,
        status -> Text,
        resolution -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    directives (id) {
        id -> BigInt,
        task_force_id -> BigInt,
        project_id -> Nullable<BigInt>,
        text -> Text,
        assignee_person_id -> BigInt,
        due_date -> Date,
        status -> Text,
        source_document -> Text,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    confirmations (id) {
        id -> BigInt,
        project_id -> BigInt,
        as_of -> Date,
        note -> Nullable<Text>,
        recorded_at -> Timestamp,
        recorded_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    alerts (id) {
        id -> BigInt,
        rule -> Text,
        severity -> Text,
        state -> Text,
        subject_type -> Text,
        subject_id -> BigInt,
        subject_label -> Text,
        context -> Text,
        project_id -> Nullable<BigInt>,
        line_id -> Nullable<BigInt>,
        unit_id -> Nullable<BigInt>,
        responsible_id -> Nullable<BigInt>,
        level -> Text,
        raised_on -> Date,
        counts_from -> Date,
        step -> Integer,
        escalates_on -> Nullable<Date>,
        facts -> Text,
        measure -> BigInt,
        waived_measure -> Nullable<BigInt>,
        resolved_on -> Nullable<Date>,
        resolution -> Nullable<Text>,
        false_alarm -> Bool,
    }
}

diesel::table! {
    alert_commitments (id) {
        id -> BigInt,
        alert_id -> BigInt,
        kind -> Text,
        made_on -> Date,
        made_by -> Nullable<BigInt>,
        due_on -> Date,
        amount -> Nullable<BigInt>,
        baseline -> BigInt,
        note -> Nullable<Text>,
        obstacle_id -> Nullable<BigInt>,
        outcome -> Text,
        judged_on -> Nullable<Date>,
        responsible_id -> Nullable<BigInt>,
        unit_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    alert_events (id) {
        id -> BigInt,
        alert_id -> BigInt,
        on_date -> Date,
        at -> Timestamp,
        kind -> Text,
        level -> Text,
        responsible_id -> Nullable<BigInt>,
        actor_id -> Nullable<BigInt>,
        detail -> Text,
    }
}

diesel::table! {
    alert_recipients (id) {
        id -> BigInt,
        alert_id -> BigInt,
        person_id -> BigInt,
        level -> Text,
        told_on -> Date,
    }
}

diesel::table! {
    alert_policies (id) {
        id -> BigInt,
        rule -> Text,
        unit_id -> Nullable<BigInt>,
        settings -> Text,
    }
}

diesel::table! {
    scans (id) {
        id -> BigInt,
        as_of -> Date,
        finished_at -> Timestamp,
        outcome -> Text,
    }
}

diesel::table! {
    mails (id) {
        id -> BigInt,
        message_id -> Text,
        person_id -> Nullable<BigInt>,
        recipient_name -> Text,
        recipient_email -> Text,
        reason -> Text,
        locale -> Text,
        subject -> Text,
        text_body -> Text,
        html_body -> Text,
        attachment_name -> Nullable<Text>,
        attachment -> Nullable<Text>,
        state -> Text,
        attempts -> BigInt,
        next_attempt_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        lease_owner -> Nullable<Text>,
        created_on -> Date,
        deliver_on -> Date,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    mail_alerts (id) {
        id -> BigInt,
        mail_id -> BigInt,
        alert_id -> BigInt,
        reason -> Text,
        item -> Text,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        chain -> Text,
        seq -> BigInt,
        at -> Timestamp,
        actor_user_id -> Nullable<BigInt>,
        actor -> Text,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        action -> Text,
        entity -> Text,
        entity_id -> BigInt,
        project_id -> Nullable<BigInt>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        prev_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    audit_heads (chain) {
        chain -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    audit_anchors (id) {
        id -> BigInt,
        day -> Date,
        prev_hash -> Text,
        hash -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit_anchor_heads (id) {
        id -> BigInt,
        anchor_id -> BigInt,
        chain -> Text,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    idempotency_keys (id) {
        id -> BigInt,
        caller -> Text,
        method -> Text,
        path -> Text,
        idempotency_key -> Text,
        body_hash -> Text,
        status -> Nullable<Integer>,
        location -> Nullable<Text>,
        etag -> Nullable<Text>,
        content -> Nullable<Text>,
        project_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        owner -> Text,
        until_at -> Timestamp,
    }
}

diesel::table! {
    project_changes (project_id) {
        project_id -> BigInt,
        number -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    period_closings (id) {
        id -> BigInt,
        unit_id -> BigInt,
        month -> Date,
        closed_at -> Timestamp,
        closed_by -> Nullable<BigInt>,
        reopened_at -> Nullable<Timestamp>,
        reopened_by -> Nullable<BigInt>,
        reopening_reason -> Nullable<Text>,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        kind -> Text,
        amount_unit -> Text,
        file_name -> Text,
        file_hash -> Text,
        status -> Text,
        row_count -> Integer,
        invalid_count -> Integer,
        skipped_count -> Integer,
        report -> Text,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        committed_at -> Nullable<Timestamp>,
        committed_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    period_closing_files (id) {
        id -> BigInt,
        closing_id -> BigInt,
        name -> Text,
        media_type -> Text,
        sha256 -> Text,
        content -> Binary,
    }
}

diesel::table! {
    job_runs (name) {
        name -> Text,
        done_for -> Nullable<Date>,
        finished_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        failed_at -> Nullable<Timestamp>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    import_chunks (id) {
        id -> BigInt,
        import_id -> BigInt,
        position -> Integer,
        content -> Text,
    }
}

diesel::table! {
    api_keys (id) {
        id -> BigInt,
        name -> Text,
        prefix -> Text,
        secret_hash -> Text,
        user_id -> BigInt,
        role -> Text,
        unit_id -> Nullable<BigInt>,
        agency_id -> Nullable<BigInt>,
        permissions -> Text,
        rate_limit -> Nullable<BigInt>,
        expires_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        last_used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    statement_matches (id) {
        id -> BigInt,
        import_id -> BigInt,
        state -> Text,
        resolution -> Text,
        sheet -> Nullable<Text>,
        row_number -> Nullable<Integer>,
        project_id -> BigInt,
        funding_source_id -> BigInt,
        budget_year -> Integer,
        posted_on -> Nullable<Date>,
        voucher_number -> Nullable<Text>,
        net_amount -> Nullable<BigInt>,
        description -> Nullable<Text>,
        disbursement_id -> Nullable<BigInt>,
        resolved_at -> Nullable<Timestamp>,
        resolved_by -> Nullable<BigInt>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    pending_changes (event_id) {
        event_id -> BigInt,
    }
}

diesel::table! {
    changes (seq) {
        seq -> BigInt,
        event_id -> BigInt,
    }
}

diesel::table! {
    webhooks (id) {
        id -> BigInt,
        url -> Text,
        description -> Nullable<Text>,
        events -> Text,
        user_id -> BigInt,
        unit_id -> Nullable<BigInt>,
        agency_id -> Nullable<BigInt>,
        active -> Bool,
        disabled_reason -> Nullable<Text>,
        salt -> Text,
        previous_salt -> Nullable<Text>,
        previous_until -> Nullable<Timestamp>,
        not_before -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> BigInt,
        webhook_id -> BigInt,
        message_id -> Text,
        event -> Text,
        body -> Text,
        state -> Text,
        attempts -> BigInt,
        next_attempt_at -> Timestamp,
        lease_until -> Nullable<Timestamp>,
        lease_owner -> Nullable<Text>,
        created_at -> Timestamp,
        last_attempt_at -> Nullable<Timestamp>,
        delivered_at -> Nullable<Timestamp>,
        last_status -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    calendar_feeds (user_id) {
        user_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
    }
}

diesel::joinable!(agencies -> administrative_units (unit_id));
diesel::joinable!(alert_commitments -> alerts (alert_id));
diesel::joinable!(alert_commitments -> administrative_units (unit_id));
diesel::joinable!(alert_commitments -> obstacles (obstacle_id));
diesel::joinable!(alert_commitments -> people (responsible_id));
diesel::joinable!(alert_commitments -> users (made_by));
diesel::joinable!(alert_events -> alerts (alert_id));
diesel::joinable!(alert_events -> people (responsible_id));
diesel::joinable!(alert_events -> users (actor_id));
diesel::joinable!(alert_policies -> administrative_units (unit_id));
diesel::joinable!(alert_recipients -> alerts (alert_id));
diesel::joinable!(alert_recipients -> people (person_id));
diesel::joinable!(alerts -> administrative_units (unit_id));
diesel::joinable!(alerts -> people (responsible_id));
diesel::joinable!(alerts -> plan_lines (line_id));
diesel::joinable!(alerts -> projects (project_id));
diesel::joinable!(audit_anchor_heads -> audit_anchors (anchor_id));
diesel::joinable!(audit_events -> projects (project_id));
diesel::joinable!(audit_events -> users (actor_user_id));
diesel::joinable!(capital_assignments -> agencies (agency_id));
diesel::joinable!(capital_assignments -> funding_sources (funding_source_id));
diesel::joinable!(capital_assignments -> users (recorded_by));
diesel::joinable!(confirmations -> projects (project_id));
diesel::joinable!(confirmations -> users (recorded_by));
diesel::joinable!(directives -> people (assignee_person_id));
diesel::joinable!(directives -> projects (project_id));
diesel::joinable!(directives -> task_forces (task_force_id));
diesel::joinable!(directives -> users (recorded_by));
diesel::joinable!(disbursements -> plan_lines (line_id));
diesel::joinable!(disbursements -> projects (project_id));
diesel::joinable!(disbursements -> users (recorded_by));
diesel::joinable!(grants -> administrative_units (unit_id));
diesel::joinable!(grants -> agencies (agency_id));
diesel::joinable!(grants -> users (user_id));
diesel::joinable!(idempotency_keys -> projects (project_id));
diesel::joinable!(import_chunks -> imports (import_id));
diesel::joinable!(line_months -> plan_lines (line_id));
diesel::joinable!(mail_alerts -> alerts (alert_id));
diesel::joinable!(mail_alerts -> mails (mail_id));
diesel::joinable!(mails -> people (person_id));
diesel::joinable!(obstacles -> agencies (owner_agency_id));
diesel::joinable!(obstacles -> people (owner_person_id));
diesel::joinable!(obstacles -> projects (project_id));
diesel::joinable!(obstacles -> users (recorded_by));
diesel::joinable!(people -> agencies (agency_id));
diesel::joinable!(period_closing_files -> period_closings (closing_id));
diesel::joinable!(period_closings -> administrative_units (unit_id));
diesel::joinable!(password_links -> users (user_id));
diesel::joinable!(plan_entries -> plan_lines (line_id));
diesel::joinable!(plan_entries -> plan_operations (operation_id));
diesel::joinable!(plan_entries -> users (recorded_by));
diesel::joinable!(plan_lines -> funding_sources (funding_source_id));
diesel::joinable!(plan_lines -> projects (project_id));
diesel::joinable!(plan_operations -> users (recorded_by));
diesel::joinable!(project_links -> administrative_units (managing_unit_id));
diesel::joinable!(project_links -> projects (project_id));
diesel::joinable!(project_locations -> administrative_units (unit_id));
diesel::joinable!(project_locations -> projects (project_id));
diesel::joinable!(project_people -> people (person_id));
diesel::joinable!(project_people -> projects (project_id));
diesel::joinable!(project_people -> users (recorded_by));
diesel::joinable!(recovery_codes -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(schedule_items -> schedules (schedule_id));
diesel::joinable!(schedules -> plan_lines (line_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(statement_matches -> disbursements (disbursement_id));
diesel::joinable!(statement_matches -> funding_sources (funding_source_id));
diesel::joinable!(statement_matches -> imports (import_id));
diesel::joinable!(statement_matches -> projects (project_id));
diesel::joinable!(statement_matches -> users (resolved_by));
diesel::joinable!(targets -> administrative_units (unit_id));
diesel::joinable!(targets -> agencies (agency_id));
diesel::joinable!(targets -> funding_sources (funding_source_id));
diesel::joinable!(task_force_members -> people (person_id));
diesel::joinable!(task_force_members -> task_forces (task_force_id));
diesel::joinable!(task_forces -> administrative_units (unit_id));
diesel::joinable!(task_forces -> agencies (standing_agency_id));
diesel::joinable!(unit_succession_parts -> administrative_units (unit_id));
diesel::joinable!(unit_succession_parts -> projects (project_id));
diesel::joinable!(unit_succession_parts -> unit_successions (succession_id));
diesel::joinable!(unit_successions -> users (recorded_by));
diesel::joinable!(users -> people (person_id));
diesel::joinable!(voucher_claims -> disbursements (disbursement_id));
diesel::joinable!(voucher_claims -> plan_lines (line_id));
diesel::allow_tables_to_appear_in_same_query!(
    administrative_units,
    unit_parents,
    agencies,
    people,
    funding_sources,
    task_forces,
    task_force_members,
    holidays,
    targets,
    users,
    recovery_codes,
    password_links,
    grants,
    sessions,
    refresh_tokens,
    login_throttles,
    projects,
    project_links,
    unit_successions,
    unit_succession_parts,
    project_locations,
    project_people,
    plan_lines,
    plan_operations,
    plan_entries,
    capital_assignments,
    schedules,
    schedule_items,
    disbursements,
    voucher_claims,
    line_months,
    obstacles,
    directives,
    confirmations,
    alerts,
    alert_commitments,
    alert_events,
    alert_recipients,
    alert_policies,
    scans,
    mails,
    mail_alerts,
    audit_events,
    audit_heads,
    audit_anchors,
    audit_anchor_heads,
    idempotency_keys,
    job_runs,
    leases,
    project_changes,
    settings,
    period_closings,
    period_closing_files,
    imports,
    import_chunks,
    statement_matches,
    api_keys,
    pending_changes,
    changes,
    webhooks,
    webhook_deliveries,
    calendar_feeds,
);
