//! The S-curve of a year: planned, actual, forecast with its band, last year, today.

use chrono::{Datelike, NaiveDate};

use super::chart::{Anchor, Drawing, Tenths, place, ticks};
use super::layout::Layout;
use crate::domain::format::{self, AmountUnit};
use crate::domain::money::Money;

/// The figures at the end of a month, all cumulative.
#[derive(Clone, Debug)]
pub struct Point {
    /// The day.
    pub date: NaiveDate,
    /// Planned.
    pub scheduled: Money,
    /// Paid; none after the day of the report.
    pub disbursed: Option<Money>,
    /// Lowest, likely and highest forecast.
    pub forecast: Option<(Money, Money, Money)>,
    /// Paid at the same time last year.
    pub last_year: Option<Money>,
}

/// A curve with what stands around it.
pub struct SCurve {
    /// Month by month.
    pub points: Vec<Point>,
    /// Plan of the year: the top of the axis is never below it.
    pub plan: Money,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// What was paid by then.
    pub disbursed: Money,
}

struct Frame<'a> {
    l: &'a Layout,
    narrow: bool,
    size: (Tenths, Tenths),
    left: Tenths,
    right: Tenths,
    top: Tenths,
    bottom: Tenths,
    first: NaiveDate,
    days: i128,
    most: i128,
}

impl Frame<'_> {
    fn x(&self, day: NaiveDate) -> Tenths {
        let passed = (day - self.first).num_days();
        self.left
            + place(
                i128::from(passed),
                self.days,
                self.size.0 - self.left - self.right,
            )
    }

    fn y(&self, amount: Money) -> Tenths {
        let height = self.size.1 - self.top - self.bottom;
        self.size.1 - self.bottom - place(amount.wide(), self.most, height)
    }

    fn through(
        &self,
        points: &[Point],
        value: impl Fn(&Point) -> Option<Money>,
    ) -> Vec<(Tenths, Tenths)> {
        points
            .iter()
            .filter_map(|point| Some((self.x(point.date), self.y(value(point)?))))
            .collect()
    }
}

impl SCurve {
    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.points.len() < 2 || self.top().is_zero()
    }

    /// Whether there is a forecast.
    pub fn has_forecast(&self) -> bool {
        self.points.iter().any(|point| point.forecast.is_some())
    }

    /// Whether there is a year to compare with.
    pub fn has_last_year(&self) -> bool {
        self.points.iter().any(|point| point.last_year.is_some())
    }

    fn top(&self) -> Money {
        let all = self.points.iter().flat_map(|point| {
            let high = point.forecast.map(|(_, _, high)| high);
            [
                Some(point.scheduled),
                point.disbursed,
                high,
                point.last_year,
            ]
        });
        all.flatten().chain([self.plan]).max().unwrap_or_default()
    }

    /// The chart twice, for wide and for narrow screens; the style sheet shows one.
    pub fn draw(&self, l: &Layout, title: &str, description: &str) -> String {
        let wide = self.draw_one(l, false, title, description);
        let narrow = self.draw_one(l, true, title, description);
        format!("{wide}{narrow}")
    }

    fn frame<'a>(&self, l: &'a Layout, narrow: bool, top: Money) -> Frame<'a> {
        let end = self.points.last().map_or(self.as_of, |point| point.date);
        let first = NaiveDate::from_ymd_opt(end.year() - 1, 12, 31)
            .filter(|_| end.month() == 1)
            .or_else(|| NaiveDate::from_ymd_opt(end.year(), 1, 1))
            .unwrap_or(end);
        // A year that runs to January begins on the first of January before.
        let first = match end.month() == 1 {
            true => NaiveDate::from_ymd_opt(end.year() - 1, 1, 1).unwrap_or(first),
            false => first,
        };
        let (size, left, right) = match narrow {
            true => ((3_600, 3_000), 560, 140),
            false => ((9_200, 3_800), 860, 1_500),
        };
        Frame {
            l,
            narrow,
            size,
            left,
            right,
            top: 340,
            bottom: 340,
            first,
            days: i128::from((end - first).num_days()).max(1),
            most: top.wide().max(1),
        }
    }

    fn draw_one(&self, l: &Layout, narrow: bool, title: &str, description: &str) -> String {
        let steps = ticks(self.top(), if narrow { 4 } else { 5 });
        let top = steps.last().copied().unwrap_or_default();
        let frame = self.frame(l, narrow, top);
        let (id, class) = match narrow {
            true => ("s-curve-small", "small-one"),
            false => ("s-curve", "large-one"),
        };
        let mut drawing = Drawing::new(id, class, frame.size, title, description);
        axes(&mut drawing, &frame, &steps);
        self.lines(&mut drawing, &frame);
        self.today(&mut drawing, &frame);
        if !narrow {
            self.labels(&mut drawing, &frame);
        }
        drawing.finish()
    }

    fn lines(&self, drawing: &mut Drawing, frame: &Frame<'_>) {
        let begin = (frame.left, frame.y(Money::ZERO));
        let now = (frame.x(self.as_of), frame.y(self.disbursed));
        let ahead: Vec<&Point> = self
            .points
            .iter()
            .filter(|point| point.date > self.as_of && point.forecast.is_some())
            .collect();
        let side = |pick: fn((Money, Money, Money)) -> Money| -> Vec<(Tenths, Tenths)> {
            let values = ahead
                .iter()
                .filter_map(|point| Some((frame.x(point.date), frame.y(pick(point.forecast?)))));
            std::iter::once(now).chain(values).collect()
        };
        let mut band = side(|(low, _, _)| low);
        band.extend(side(|(_, _, high)| high).into_iter().rev());
        drawing.area("s-band", &band);
        let from_zero = |mut points: Vec<(Tenths, Tenths)>| {
            points.insert(0, begin);
            points
        };
        let last = frame.through(&self.points, |point| point.last_year);
        if !last.is_empty() {
            drawing.curve("s-last", &from_zero(last));
        }
        let planned = frame.through(&self.points, |point| Some(point.scheduled));
        drawing.curve("s-plan", &from_zero(planned));
        drawing.curve("s-forecast", &side(|(_, middle, _)| middle));
        let before: Vec<Point> = self
            .points
            .iter()
            .filter(|point| point.date < self.as_of)
            .cloned()
            .collect();
        let mut actual = from_zero(frame.through(&before, |point| point.disbursed));
        actual.push(now);
        drawing.curve("s-actual", &actual);
    }

    fn today(&self, drawing: &mut Drawing, frame: &Frame<'_>) {
        let x = frame.x(self.as_of);
        let (top, bottom) = (frame.top - 120, frame.size.1 - frame.bottom);
        drawing.line("today", (x, top), (x, bottom));
        let middle = (frame.left + frame.size.0 - frame.right) / 2;
        let anchor = match (frame.narrow, x > middle) {
            (true, true) => Anchor::End,
            (true, false) => Anchor::Start,
            _ => Anchor::Middle,
        };
        let text = frame.l.date(&self.as_of);
        drawing.text("t-today label", (x, top - 50), anchor, &text);
        let now = (x, frame.y(self.disbursed));
        drawing.dot("dot", now, 60, &frame.l.money(&self.disbursed));
    }

    /// Names at the ends of the lines, pushed apart where they would touch.
    fn labels(&self, drawing: &mut Drawing, frame: &Frame<'_>) {
        let t = &frame.l.t.chart;
        let x = frame.size.0 - frame.right + 100;
        let mut labels: Vec<(Tenths, &str, &str)> = Vec::new();
        if let Some(last) = self.points.last() {
            labels.push((frame.y(last.scheduled), "t-plan label", t.planned));
            let likely = last.forecast.map(|(_, middle, _)| middle);
            match (likely, last.disbursed) {
                (Some(middle), _) if last.date > self.as_of => {
                    labels.push((frame.y(middle), "t-actual label", t.forecast));
                }
                (_, Some(paid)) => labels.push((frame.y(paid), "t-actual label", t.actual)),
                _ => {}
            }
            if let Some(amount) = last.last_year {
                labels.push((frame.y(amount), "t-last label", t.last_year));
            }
        }
        labels.sort_by_key(|label| label.0);
        let mut free = frame.top - 100;
        for (y, class, text) in labels {
            let y = y.max(free);
            drawing.text(class, (x, y + 45), Anchor::Start, text);
            free = y + 175;
        }
        if self
            .points
            .last()
            .is_some_and(|last| last.date > self.as_of)
        {
            let now = (frame.x(self.as_of), frame.y(self.disbursed));
            // Before the dot and above the line, clear of the forecast; beside it where the year is
            // young.
            let (at, anchor) = match now.0 - frame.left > 900 {
                true => ((now.0 - 110, now.1 - 90), Anchor::End),
                false => ((now.0 + 110, now.1 - 90), Anchor::Start),
            };
            drawing.text("t-actual label", at, anchor, t.actual);
        }
    }
}

fn axes(drawing: &mut Drawing, frame: &Frame<'_>, steps: &[Money]) {
    let right = frame.size.0 - frame.right;
    for step in steps {
        let y = frame.y(*step);
        let class = if step.is_zero() { "axis" } else { "grid" };
        drawing.line(class, (frame.left, y), (right, y));
        let text = format::show(*step, axis_unit(frame, steps), frame.l.locale);
        drawing.text("", (frame.left - 90, y + 45), Anchor::End, &text);
    }
    let unit = axis_unit(frame, steps).label(frame.l.locale);
    drawing.text("", (0, 130), Anchor::Start, unit);
    let every = if frame.narrow { 3 } else { 1 };
    let months = frame
        .first
        .iter_days()
        .filter(|day| day.day() == 1)
        .take(13);
    let last = frame.first + chrono::TimeDelta::days(i64::try_from(frame.days).unwrap_or(0));
    for (number, month) in months.take_while(|day| *day <= last).enumerate() {
        if number % every != 0 {
            continue;
        }
        let x = frame.x(month);
        let y = frame.size.1 - frame.bottom;
        drawing.line("axis", (x, y), (x, y + 60));
        let text = match month.month() {
            1 => format!("1/{}", month.year()),
            number => number.to_string(),
        };
        drawing.text("", (x, y + 220), Anchor::Middle, &text);
    }
}

/// The reader's unit, or a greater one where the numbers would not fit beside the axis.
fn axis_unit(frame: &Frame<'_>, steps: &[Money]) -> AmountUnit {
    let top = steps.last().map_or(0, |top| top.get());
    match frame.l.unit {
        AmountUnit::Dong if top >= 10_000_000_000 => AmountUnit::Billion,
        AmountUnit::Dong if top >= 10_000_000 => AmountUnit::Million,
        AmountUnit::Million if top >= 10_000_000_000 => AmountUnit::Billion,
        unit => unit,
    }
}
