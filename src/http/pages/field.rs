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

    /// Its value under its label, as a reader sees it.
    pub fn told(&self) -> String {
        let chosen = self.options.iter().find(|(value, _)| *value == self.value);
        let value = chosen.map_or(self.value.as_str(), |(_, label)| label.trim());
        format!("{}: {value}", self.label)
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
