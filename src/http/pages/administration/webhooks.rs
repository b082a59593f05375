//! Webhooks: addresses of other systems that are told what happens.

use actix_web::web::Path;

use super::super::choices::{self, Holders};
use super::super::field::Field;
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::record::secret_page;
use super::super::route::{PageRoute, post};
use super::register::{Action, Added, Kept, Made, Names, Paths, Register, title};
use crate::domain::labels;
use crate::domain::text_enum::TextEnum;
use crate::domain::webhook::WebhookEvent;
use crate::error::Result;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::page::{Page as ListPage, Rows};
use crate::service::webhooks::{self, Fields, Webhook};
use crate::service::{Tx, View};

/// The register of webhooks.
pub struct Webhooks;

request! {
    /// A webhook as typed.
    pub struct TypedWebhook {
        url: Line<2000>,
        description: Option<Line<300>>,
        events: Vec<WebhookEvent>,
        unit_id: Option<i64>,
        agency_id: Option<i64>,
        active: Option<bool>,
    }
}

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    let mut list = super::register::routes::<Webhooks>();
    list.push(post("/administration/webhooks/{id}/secret", rotate));
    list
}

async fn rotate(
    page: Page<needs::ManageIntegrations>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let (_, now) = submit.once_with(&form, move |tx| {
            let made = webhooks::rotate(tx, id)?;
            Ok(((id, None), made.secret))
        })?;
        secret_page::<Webhooks>(submit, id, now)
    })
    .await
}

fn state(l: &Layout, webhook: &Webhook) -> &'static str {
    let t = &l.t.integrations;
    match (webhook.active, &webhook.disabled_reason) {
        (true, _) => t.active,
        (false, Some(_)) => t.gone,
        (false, None) => t.switched_off,
    }
}

impl Kept for Webhooks {
    type See = needs::ManageIntegrations;
    type Change = needs::ManageIntegrations;
    type Id = i64;
    type Record = Webhook;
    type Input = TypedWebhook;
    const PATHS: Paths = Paths {
        list: "/administration/webhooks",
        new: "/administration/webhooks/new",
        one: "/administration/webhooks/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.integrations;
        Names {
            title: t.webhooks,
            add: t.add_webhook,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Webhook) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<Webhook> {
        webhooks::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&Webhook>) -> Result<Form> {
        let Some(webhook) = record else {
            return Ok(Form::with([("active", "true".to_owned())]));
        };
        let events = webhook.events.iter();
        let events = events.map(|event| ("events", event.as_str().to_owned()));
        let fields = [
            ("url", webhook.url.clone()),
            (
                "description",
                webhook.description.clone().unwrap_or_default(),
            ),
            ("active", webhook.active.to_string()),
        ];
        Ok(Form::with(fields.into_iter().chain(events)))
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        record: Option<&Webhook>,
    ) -> Result<Vec<Field>> {
        let (k, t, a) = (&l.t.common, &l.t.integrations, &l.t.administration);
        let events = choices::named(WebhookEvent::NAMES, labels::webhook_event, l);
        let answers = [("true", k.yes), ("false", k.no)]
            .map(|(value, label)| (value.to_owned(), label.to_owned()));
        let mut fields = vec![
            form.text("url", t.url).required().wide().hint(t.url_hint),
            form.text("description", t.purpose),
            form.checks("events", t.events, events),
        ];
        if record.is_none() {
            let units = choices::units_with(view, view.today, form.value("unit_id"))?;
            let units = choices::with_empty(a.whole_province, units);
            let agencies = choices::with_empty(k.none, choices::agencies(view)?);
            fields.push(form.select("unit_id", t.of_unit, units));
            fields.push(form.select("agency_id", a.role_agency, agencies));
        }
        fields.push(form.radios("active", t.is_active, answers));
        Ok(fields)
    }

    fn read(form: &mut Form, _: &Layout) -> Result<TypedWebhook> {
        form.parse()
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<Webhook> {
        webhooks::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &Webhook, input: &TypedWebhook) -> Result<()> {
        let fields = Fields {
            unit_id: before.unit_id,
            agency_id: before.agency_id,
            ..input.into()
        };
        webhooks::update(tx, before, &fields).map(|_| ())
    }

    fn facts(
        view: &mut View<'_>,
        l: &Layout,
        webhook: &Webhook,
    ) -> Result<Vec<(&'static str, String)>> {
        let t = &l.t.integrations;
        let of = (webhook.unit_id, webhook.agency_id);
        let holder = Holders::load(view, [of].into_iter())?.name(of.0, of.1);
        let owner = webhook.owner.as_ref().map(|user| user.username.clone());
        let mut facts = vec![
            (t.state, state(l, webhook).to_owned()),
            (
                t.told_of,
                holder.unwrap_or_else(|| l.t.administration.whole_province.to_owned()),
            ),
            (t.owner, owner.unwrap_or_default()),
            (t.made, l.instant(&webhook.created_at)),
        ];
        let until = webhook.previous_secret_until;
        facts.extend(until.map(|until| (t.old_secret_until, l.instant(&until))));
        Ok(facts)
    }

    fn actions(l: &Layout, webhook: &Webhook) -> Vec<Action> {
        let t = &l.t.integrations;
        let action = |what: &str, label: &'static str, acts: bool| Action {
            path: format!("/administration/webhooks/{}/{what}", webhook.id),
            label,
            acts,
        };
        vec![
            action("deliveries", t.deliveries, false),
            action("secret", t.new_secret, true),
        ]
    }
}

impl From<&TypedWebhook> for Fields {
    fn from(typed: &TypedWebhook) -> Self {
        Fields {
            url: typed.url.0.clone(),
            description: typed.description.as_ref().map(|line| line.0.clone()),
            events: typed.events.clone(),
            unit_id: typed.unit_id,
            agency_id: typed.agency_id,
            active: typed.active.unwrap_or(true),
        }
    }
}

impl Added for Webhooks {
    const SECRET: bool = true;

    fn create(tx: &mut Tx<'_>, input: &TypedWebhook) -> Result<Made> {
        let made = webhooks::create(tx, &input.into())?;
        Ok(Made {
            id: made.webhook.id,
            project_id: None,
            secret: Some(made.secret),
        })
    }
}

impl Register for Webhooks {
    const SEARCHED: bool = false;

    fn columns(l: &Layout) -> Vec<&'static str> {
        let t = &l.t.integrations;
        vec![t.url, t.purpose, t.state, t.told_of, t.events]
    }

    fn list(view: &mut View<'_>, _: Option<String>, page: &ListPage) -> Result<Rows<Webhook>> {
        webhooks::list(view, page)
    }

    fn cells(view: &mut View<'_>, l: &Layout, records: &[Webhook]) -> Result<Vec<Vec<String>>> {
        let ids = records.iter().map(|one| (one.unit_id, one.agency_id));
        let holders = Holders::load(view, ids)?;
        let cells = records.iter().map(|one| {
            let holder = holders.name(one.unit_id, one.agency_id);
            let events = one.events.iter();
            let events = events.map(|event| labels::webhook_event(event.as_str(), l.locale));
            vec![
                one.url.clone(),
                one.description.clone().unwrap_or_default(),
                state(l, one).to_owned(),
                holder.unwrap_or_else(|| l.t.administration.whole_province.to_owned()),
                events.collect::<Vec<_>>().join(", "),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &Webhook) -> i64 {
        record.id
    }
}
