//! Charts as SVG, drawn on the server without floats: coordinates are tenths of a pixel. Text is
//! anchored rather than measured, since only the browser knows its font; colours come from the
//! style sheet.

use std::fmt::Write;

use crate::domain::money::Money;

/// A coordinate or length, in tenths of a pixel.
pub type Tenths = i64;

/// The steps of an axis: 0 and then 1, 2 or 5 times a power of ten, at most `most` of them, the
/// last one at or above `top`.
pub fn ticks(top: Money, most: i128) -> Vec<Money> {
    let top = top.wide().max(1);
    let mut power = 1_i128;
    let step = loop {
        let found = [1, 2, 5]
            .into_iter()
            .map(|one| one * power)
            .find(|step| (top + step - 1) / step <= most);
        match found {
            Some(step) => break step,
            None => power *= 10,
        }
    };
    (0..=(top + step - 1) / step)
        .map(|number| Money::saturating(number * step))
        .collect()
}

/// Where `value` of `whole` falls on a length; beyond the ends it stays at the end.
pub fn place(value: i128, whole: i128, length: Tenths) -> Tenths {
    let whole = whole.max(1);
    let at = value.clamp(0, whole) * i128::from(length) / whole;
    i64::try_from(at).unwrap_or(length)
}

/// A coordinate as text: `12.3`.
pub fn px(tenths: Tenths) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        rest => {
            let sign = if tenths < 0 { "-" } else { "" };
            format!("{sign}{}.{}", (tenths / 10).abs(), rest.abs())
        }
    }
}

/// Text that is safe inside SVG and HTML.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A drawing under way.
pub struct Drawing {
    out: String,
}

impl Drawing {
    /// An empty drawing with the title and description that a screen reader gives.
    pub fn new(
        id: &str,
        class: &str,
        (width, height): (Tenths, Tenths),
        title: &str,
        description: &str,
    ) -> Self {
        let (width, height) = (px(width), px(height));
        let (title, description) = (escape(title), escape(description));
        Drawing {
            out: format!(
                "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
                 <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>"
            ),
        }
    }

    fn push(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.out.write_fmt(part);
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (Tenths, Tenths), to: (Tenths, Tenths)) {
        let ends = [from.0, from.1, to.0, to.1].map(px);
        let [x1, y1, x2, y2] = ends;
        self.push(format_args!(
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        ));
    }

    /// A line through points.
    pub fn curve(&mut self, class: &str, points: &[(Tenths, Tenths)]) {
        if points.len() < 2 {
            return;
        }
        let path = join(points);
        self.push(format_args!(
            "<polyline class=\"{class}\" points=\"{path}\"/>"
        ));
    }

    /// A filled area.
    pub fn area(&mut self, class: &str, points: &[(Tenths, Tenths)]) {
        if points.len() < 3 {
            return;
        }
        let path = join(points);
        self.push(format_args!(
            "<polygon class=\"{class}\" points=\"{path}\"/>"
        ));
    }

    /// A dot that says its value when pointed at.
    pub fn dot(&mut self, class: &str, (x, y): (Tenths, Tenths), radius: Tenths, title: &str) {
        let (x, y, r, title) = (px(x), px(y), px(radius), escape(title));
        self.push(format_args!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"><title>{title}</title></circle>"
        ));
    }

    /// A text.
    pub fn text(&mut self, class: &str, (x, y): (Tenths, Tenths), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, text) = (px(x), px(y), escape(text));
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// The drawing as text.
    pub fn finish(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}

fn join(points: &[(Tenths, Tenths)]) -> String {
    let points: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{},{}", px(*x), px(*y)))
        .collect();
    points.join(" ")
}

/// A bar of `part` in `whole`, with a mark such as the average. Decorative: the number stands
/// beside it.
pub fn meter(part: i128, whole: i128, mark: Option<i128>, low: bool) -> String {
    let fill = px(place(part, whole, 1000));
    let class = if low { "fill low" } else { "fill" };
    let mark = mark.map_or_else(String::new, |mark| {
        let x = px(place(mark, whole, 1000));
        format!("<line class=\"mark\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"10\"/>")
    });
    format!(
        "<svg class=\"meter\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">\
         <rect class=\"{class}\" width=\"{fill}\" height=\"10\"/>{mark}</svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_steps_are_one_two_or_five() {
        for (top, wanted) in [
            (0, vec![0, 1]),
            (4, vec![0, 1, 2, 3, 4]),
            (880, vec![0, 200, 400, 600, 800, 1000]),
            (5_280, vec![0, 2_000, 4_000, 6_000]),
            (
                1_000_000_000,
                vec![
                    0,
                    200_000_000,
                    400_000_000,
                    600_000_000,
                    800_000_000,
                    1_000_000_000,
                ],
            ),
        ] {
            let found: Vec<i64> = ticks(Money::dong(top), 5)
                .into_iter()
                .map(Money::get)
                .collect();
            assert_eq!(found, wanted, "{top}");
        }
        assert!(ticks(Money::MAX, 5).len() <= 6);
    }

    #[test]
    fn places_and_pixels() {
        assert_eq!(place(50, 200, 1000), 250);
        assert_eq!(place(300, 200, 1000), 1000);
        assert_eq!(place(5, 0, 1000), 1000);
        assert_eq!(
            (px(125), px(120), px(-5)),
            ("12.5".into(), "12".into(), "-0.5".into())
        );
    }

    #[test]
    fn hostile_names_are_text() {
        let mut drawing = Drawing::new("x", "c", (10, 10), "<script>", "\"&'");
        drawing.text(
            "t",
            (0, 0),
            Anchor::Start,
            "</svg><script>alert(1)</script>",
        );
        let text = drawing.finish();
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("&quot;&amp;&#39;"), "{text}");
    }
}
