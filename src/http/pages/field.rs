//! One field of a form with its label, hint and faults.

use askama::Template;

/// A field, ready to be shown.
#[derive(Clone, Template)]
#[template(path = "field.html", config = "src/http/pages/askama.toml")]
pub struct Field {
    kind: &'static str,
    name: String,
    id: String,
    label: String,
    value: String,
    hint: String,
    faults: Vec<String>,
    options: Vec<(String, String)>,
    required: bool,
    autocomplete: &'static str,
    wide: bool,
    focus: bool,
    data: &'static str,
}

impl askama::filters::HtmlSafe for Field {}

/// From so many boxes on they get a frame of their own to scroll in.
const LONG: usize = 24;

impl Field {
    /// A field of a kind with its value.
    pub fn new(
        kind: &'static str,
        (name, id): (&str, String),
        label: &str,
        value: &str,
        faults: Vec<String>,
    ) -> Self {
        Field {
            kind,
            name: name.to_owned(),
            id,
            label: label.to_owned(),
            value: value.to_owned(),
            hint: String::new(),
            faults,
            options: Vec::new(),
            required: false,
            autocomplete: "off",
            wide: false,
            focus: false,
            data: "",
        }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = hint.to_owned();
        self
    }

    /// Must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// What browsers may fill in by themselves.
    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Takes the whole width.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Has the cursor when the page opens.
    pub fn focus(mut self) -> Self {
        self.focus = true;
        self
    }

    /// A name that the script looks for.
    pub fn data(mut self, name: &'static str) -> Self {
        self.data = name;
        self
    }

    /// Values and labels to choose from.
    pub fn options(mut self, options: &[(String, String)]) -> Self {
        self.options = options.to_vec();
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its value under its label, as a reader sees it.
    pub fn told(&self) -> String {
        let label = |value: &str| {
            let chosen = self.options.iter().find(|(known, _)| known == value);
            chosen.map_or_else(|| value.to_owned(), |(_, label)| label.trim().to_owned())
        };
        let values: Vec<String> = match self.kind {
            "checks" => self.value.split(',').map(label).collect(),
            _ => vec![label(&self.value)],
        };
        format!("{}: {}", self.label, values.join(", "))
    }

    fn is_group(&self) -> bool {
        self.kind == "radios" || self.kind == "checks"
    }

    fn is_chosen(&self, choice: &str) -> bool {
        match self.kind {
            "checks" => self.value.split(',').any(|value| value == choice),
            _ => self.value == choice,
        }
    }

    /// More choices than fit beside each other.
    fn is_long(&self) -> bool {
        self.kind == "checks" && self.options.len() > LONG
    }

    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id));
        }
        if !self.faults.is_empty() {
            ids.push(format!("{}-fault", self.id));
        }
        ids.join(" ")
    }
}
