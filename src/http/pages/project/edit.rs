//! Adding and changing a project.

use chrono::NaiveDate;

use super::super::choices::{self, with_empty};
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::super::record::{self, Added, Kept, Made, Names, Paths};
use super::super::route::PageRoute;
use super::super::typed;
use crate::domain::format::AmountUnit;
use crate::domain::labels;
use crate::domain::project::{ProjectGroup, ProjectStatus, SECTORS};
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::projects::{self, Project, ProjectInput};
use crate::service::shared::Decision;
use crate::service::{Tx, View};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    let mut list = record::added::<Projects>();
    list.extend(record::kept::<Projects>());
    list
}

/// The projects.
struct Projects;

request! {
    /// A project as typed, besides its amounts.
    pub struct TypedProject {
        code: Line<50>,
        budget_code: Option<Line<50>>,
        name: Line<500>,
        short_name: Option<Line<200>>,
        group: ProjectGroup,
        sector: Line<40>,
        status: ProjectStatus,
        managing_unit_id: i64,
        investor_id: i64,
        pmu_id: Option<i64>,
        effective_date: Option<NaiveDate>,
        location_unit_ids: Vec<i64>,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: NaiveDate,
        start_year: i32,
        end_year: i32,
    }
}

/// Fields that are read as people type amounts: total investment, and what was paid before.
const AMOUNTS: [&str; 3] = ["total_investment", "disbursed_before", "advance_before"];

impl Kept for Projects {
    type See = needs::EditProjects;
    type Change = needs::EditProjects;
    type Id = i64;
    type Record = Project;
    /// The project, and from when its links count.
    type Input = (ProjectInput, Option<NaiveDate>);
    const PATHS: Paths = Paths {
        list: "/projects",
        new: "/projects/new",
        one: "/projects/{id}/edit",
    };

    fn names(l: &Layout) -> Names {
        Names {
            title: l.t.projects.title,
            add: l.t.project.add,
        }
    }

    fn above(l: &Layout) -> Vec<(&'static str, &'static str)> {
        vec![("/projects", l.t.projects.title)]
    }

    fn title(_: &mut View<'_>, _: &Layout, project: &Project) -> Result<String> {
        Ok(project.name.clone())
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<Project> {
        projects::get(view, *id)
    }

    fn form(view: &mut View<'_>, l: &Layout, project: Option<&Project>) -> Result<Form> {
        let Some(project) = project else {
            return Ok(Form::with([
                ("group", ProjectGroup::C.as_str().to_owned()),
                ("status", ProjectStatus::New.as_str().to_owned()),
            ]));
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let pmu = project.pmu_id.map(|id| id.to_string());
        let places = project.location_unit_ids.iter();
        let places = places.map(|id| ("location_unit_ids", id.to_string()));
        let decision = &project.investment_decision;
        let fields = [
            ("code", project.code.clone()),
            ("budget_code", text(&project.budget_code)),
            ("name", project.name.clone()),
            ("short_name", text(&project.short_name)),
            ("group", project.group.as_str().to_owned()),
            ("sector", project.sector.clone()),
            ("status", project.status.as_str().to_owned()),
            ("managing_unit_id", project.managing_unit_id.to_string()),
            ("investor_id", project.investor_id.to_string()),
            ("pmu_id", pmu.unwrap_or_default()),
            ("effective_date", view.today.to_string()),
            (
                "total_investment",
                typed::shown(project.total_investment, l),
            ),
            (
                "disbursed_before",
                typed::shown(project.disbursed_before, l),
            ),
            ("advance_before", typed::shown(project.advance_before, l)),
            ("decision_number", decision.number.clone()),
            ("decision_issuer", decision.issuer.clone()),
            ("decision_date", decision.date.to_string()),
            ("start_year", project.start_year.to_string()),
            ("end_year", project.end_year.to_string()),
        ];
        Ok(Form::with(fields.into_iter().chain(places)))
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        project: Option<&Project>,
    ) -> Result<Vec<Field>> {
        let (k, t) = (&l.t.common, &l.t.project);
        let today = view.today;
        let units = choices::units_with(view, today, form.value("managing_unit_id"))?;
        let agencies = choices::agencies(view)?;
        let statuses = choices::named(ProjectStatus::NAMES, labels::project_status, l);
        let mut fields = vec![
            form.text("code", k.code).required(),
            form.text("budget_code", t.budget_code),
            form.text("name", k.name).required().wide(),
            form.text("short_name", t.short_name),
            form.radios(
                "group",
                l.t.projects.group,
                choices::named(ProjectGroup::NAMES, labels::project_group, l),
            ),
            form.select("sector", l.t.projects.sector, sectors(l, form))
                .required(),
            form.select("status", k.status, statuses).required(),
            form.select(
                "managing_unit_id",
                k.managing_unit,
                with_empty(k.choose, units.clone()),
            )
            .required(),
            form.select(
                "investor_id",
                k.investor,
                with_empty(k.choose, agencies.clone()),
            )
            .required(),
            form.select("pmu_id", t.pmu, with_empty(k.none, agencies)),
        ];
        if project.is_some() {
            let since = form.date("effective_date", t.links_since);
            fields.push(since.hint(t.links_hint));
        }
        fields.extend([
            form.checks("location_unit_ids", t.places, places(view, units, project)?),
            form.amount("total_investment", t.total_investment)
                .required()
                .hint(t.amount_hint),
            form.text("decision_number", t.investment_decision)
                .required(),
            form.text("decision_issuer", k.decision_issuer).required(),
            form.date("decision_date", k.decision_date).required(),
            form.number("start_year", t.start_year).required(),
            form.number("end_year", t.end_year).required(),
            form.amount("disbursed_before", t.disbursed_before)
                .hint(t.before_hint),
            form.amount("advance_before", t.advance_before),
        ]);
        Ok(fields)
    }

    fn read(form: &mut Form, l: &Layout) -> Result<Self::Input> {
        let typed = form.parse_besides::<TypedProject>(&AMOUNTS);
        let [total, before, advance] = AMOUNTS;
        let mut amount = |name, required| typed::amount(form, name, AmountUnit::Dong, required, l);
        let amounts = (
            amount(total, true),
            amount(before, false),
            amount(advance, false),
        );
        let typed = form.sound(typed)?;
        let (total, before, advance) = amounts;
        Ok((
            ProjectInput {
                code: typed.code.0,
                budget_code: typed.budget_code.map(|line| line.0),
                name: typed.name.0,
                short_name: typed.short_name.map(|line| line.0),
                group: typed.group,
                sector: typed.sector.0,
                disbursed_before: before.unwrap_or_default(),
                advance_before: advance.unwrap_or_default(),
                managing_unit_id: typed.managing_unit_id,
                location_unit_ids: typed.location_unit_ids,
                investor_id: typed.investor_id,
                pmu_id: typed.pmu_id,
                total_investment: total.unwrap_or_default(),
                investment_decision: Decision {
                    number: typed.decision_number.0,
                    issuer: typed.decision_issuer.0,
                    date: typed.decision_date,
                },
                start_year: typed.start_year,
                end_year: typed.end_year,
                status: typed.status,
            },
            typed.effective_date,
        ))
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<Project> {
        tx.lock_project(*id)?;
        projects::get(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &Project, (wanted, since): &Self::Input) -> Result<()> {
        projects::update(tx, before, wanted, *since).map(|_| ())
    }

    fn back(id: &i64) -> String {
        format!("/projects/{id}")
    }

    fn saved(id: &i64) -> String {
        format!("/projects/{id}?done=1")
    }
}

impl Added for Projects {
    fn create(tx: &mut Tx<'_>, (wanted, _): &Self::Input) -> Result<Made> {
        let project = projects::create(tx, wanted)?;
        Ok(Made {
            id: project.id,
            project_id: Some(project.id),
            secret: None,
        })
    }
}

/// The suggested sectors, and one of the province's own if it stands there.
fn sectors(l: &Layout, form: &Form) -> Vec<(String, String)> {
    let known = choices::named(&SECTORS, labels::sector, l);
    let mut list = with_empty(l.t.common.choose, known);
    let own = form.value("sector");
    if !own.is_empty() && !SECTORS.contains(&own) {
        list.push((own.to_owned(), own.to_owned()));
    }
    list
}

/// Where a project can lie: the units of today, and those it lies in that are no more.
fn places(
    view: &mut View<'_>,
    mut units: Vec<(String, String)>,
    project: Option<&Project>,
) -> Result<Vec<(String, String)>> {
    let tree = view.tree()?;
    for id in project
        .iter()
        .flat_map(|project| &project.location_unit_ids)
    {
        let value = id.to_string();
        if let Some(unit) = tree.get(*id)
            && !units.iter().any(|(known, _)| *known == value)
        {
            units.push((value, unit.name.clone()));
        }
    }
    for (_, label) in &mut units {
        *label = label.trim_start().to_owned();
    }
    Ok(units)
}
