//! What a payment counts as, and when it may be posted (domain.md §4, §5).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::money::Money;
use super::text_enum::text_enum;

/// The kinds of Treasury payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisbursementKind {
    /// Tạm ứng: paid before the work is done.
    Advance,
    /// Khối lượng hoàn thành: paid for completed volume; may recover an advance.
    CompletedVolume,
    /// Nộp trả: money that comes back; may return an unspent advance.
    Refund,
    /// Undoes one of the others, once.
    Reversal,
}

impl DisbursementKind {
    /// Every kind.
    pub const ALL: [DisbursementKind; 4] = [
        DisbursementKind::Advance,
        DisbursementKind::CompletedVolume,
        DisbursementKind::Refund,
        DisbursementKind::Reversal,
    ];

    /// The code in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            DisbursementKind::Advance => "advance",
            DisbursementKind::CompletedVolume => "completed_volume",
            DisbursementKind::Refund => "refund",
            DisbursementKind::Reversal => "reversal",
        }
    }

    /// Reads the code; `None` for anything else.
    pub fn parse(code: &str) -> Option<DisbursementKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == code)
    }
}

text_enum! {
    /// The kinds that a person logs; a reversal names the payment it undoes instead.
    PaymentKind {
        /// Tạm ứng.
        Advance = "advance",
        /// Khối lượng hoàn thành.
        CompletedVolume = "completed_volume",
        /// Nộp trả.
        Refund = "refund",
    }
}

impl PaymentKind {
    /// The same as a kind of disbursement.
    pub const fn kind(self) -> DisbursementKind {
        match self {
            PaymentKind::Advance => DisbursementKind::Advance,
            PaymentKind::CompletedVolume => DisbursementKind::CompletedVolume,
            PaymentKind::Refund => DisbursementKind::Refund,
        }
    }
}

text_enum! {
    /// How a payment stands against the Treasury's statement.
    DisbursementStatus {
        /// Logged here.
        Recorded = "recorded",
        /// Matched with a line of a statement.
        Reconciled = "reconciled",
        /// Differs from the statement.
        Disputed = "disputed",
    }
}

/// Why a payment's own figures do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureFault {
    /// Gross is zero or negative.
    GrossNotPositive,
    /// The recovered advance is negative.
    RecoveryNegative,
    /// More advance is recovered than the gross amount.
    RecoveryAboveGross,
    /// An advance cannot recover an advance.
    AdvanceRecovers,
    /// A reversal has no figures of its own: see [`reversal_of`].
    Reversal,
}

/// What a payment adds to the line: `(net disbursed, change of the outstanding advance)`, signed đồng (domain.md §5).
///
/// Advance: (+gross, +gross). Completed volume: (gross − recovered, −recovered). Refund: (−gross, −recovered).
pub fn net_and_advance(
    kind: DisbursementKind,
    gross: Money,
    recovered: Money,
) -> Result<(Money, Money), FigureFault> {
    if kind == DisbursementKind::Reversal {
        return Err(FigureFault::Reversal);
    }
    if !gross.is_positive() {
        return Err(FigureFault::GrossNotPositive);
    }
    if recovered.is_negative() {
        return Err(FigureFault::RecoveryNegative);
    }
    if recovered > gross {
        return Err(FigureFault::RecoveryAboveGross);
    }
    match kind {
        DisbursementKind::Advance if recovered.is_zero() => Ok((gross, gross)),
        DisbursementKind::Advance => Err(FigureFault::AdvanceRecovers),
        DisbursementKind::CompletedVolume => {
            let net = gross
                .checked_sub(recovered)
                .ok_or(FigureFault::RecoveryAboveGross)?;
            Ok((net, -recovered))
        }
        DisbursementKind::Refund => Ok((-gross, -recovered)),
        DisbursementKind::Reversal => Err(FigureFault::Reversal),
    }
}

/// The two figures of a reversal: those of the original, negated.
pub fn reversal_of(net: Money, advance: Money) -> (Money, Money) {
    (-net, -advance)
}

/// Whether a payment is free of the disbursement period: refunds, reversals, and payments that name what they correct
/// (domain.md §5). None of them is free of closed months.
pub fn period_exempt(kind: DisbursementKind, corrects: bool) -> bool {
    corrects || matches!(kind, DisbursementKind::Refund | DisbursementKind::Reversal)
}

/// Whether a payment may be posted on a day, given the first and last day of its line's disbursement period; else
/// `outside_disbursement_period`. A completed volume with net 0 only recovers an advance, perhaps of an earlier year:
/// it may come after the deadline, not before the start (domain.md §5).
pub fn within_period(
    kind: DisbursementKind,
    net: Money,
    corrects: bool,
    posted_on: NaiveDate,
    (start, deadline): (NaiveDate, NaiveDate),
) -> bool {
    let pure_recovery = kind == DisbursementKind::CompletedVolume && net.is_zero();
    period_exempt(kind, corrects)
        || (posted_on >= start && (posted_on <= deadline || pure_recovery))
}

/// What is still outstanding of advances: first in, first out, so what is left is the youngest. Gives (posting date, part
/// still outstanding), oldest first.
pub fn outstanding_parts(
    advances: &[(NaiveDate, Money)],
    outstanding: Money,
) -> Vec<(NaiveDate, Money)> {
    let mut advances = advances.to_vec();
    advances.sort_by_key(|(on, _)| *on);
    let mut left = outstanding.wide();
    let mut parts = Vec::new();
    for (on, amount) in advances.into_iter().rev() {
        if left <= 0 {
            break;
        }
        let part = left.min(amount.wide());
        parts.push((on, Money::saturating(part)));
        left -= part;
    }
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::DisbursementKind::{Advance, CompletedVolume, Refund, Reversal};
    use super::*;

    #[test]
    fn codes_match_json() {
        for kind in DisbursementKind::ALL {
            assert_eq!(DisbursementKind::parse(kind.as_str()), Some(kind));
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.as_str())
            );
        }
        assert_eq!(DisbursementKind::parse("payment"), None);
    }

    #[test]
    fn what_each_kind_counts_as() {
        let max = Money::MAX.get();
        for (kind, gross, recovered, expected) in [
            (Advance, 300, 0, Ok((300, 300))),
            (CompletedVolume, 400, 0, Ok((400, 0))),
            (CompletedVolume, 400, 200, Ok((200, -200))),
            (CompletedVolume, 400, 400, Ok((0, -400))),
            (Refund, 120, 0, Ok((-120, 0))),
            (Refund, 120, 120, Ok((-120, -120))),
            (Refund, max, max, Ok((-max, -max))),
            (Advance, 300, 1, Err(FigureFault::AdvanceRecovers)),
            (
                CompletedVolume,
                400,
                401,
                Err(FigureFault::RecoveryAboveGross),
            ),
            (Refund, 400, 401, Err(FigureFault::RecoveryAboveGross)),
            (CompletedVolume, 400, -1, Err(FigureFault::RecoveryNegative)),
            (CompletedVolume, 0, 0, Err(FigureFault::GrossNotPositive)),
            (Advance, -5, 0, Err(FigureFault::GrossNotPositive)),
            (Reversal, 5, 0, Err(FigureFault::Reversal)),
        ] {
            let figures = net_and_advance(kind, Money::dong(gross), Money::dong(recovered));
            assert_eq!(
                figures.map(|(net, advance)| (net.get(), advance.get())),
                expected,
                "{kind:?} {gross} {recovered}"
            );
        }
        assert_eq!(
            reversal_of(Money::dong(200), Money::dong(-200)),
            (Money::dong(-200), Money::dong(200))
        );
    }

    #[test]
    fn the_disbursement_period() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let period = (day("2024-01-01"), day("2025-01-31"));
        for (kind, net, corrects, before, inside, after) in [
            (Advance, 5, false, false, true, false),
            (CompletedVolume, 5, false, false, true, false),
            (CompletedVolume, 0, false, false, true, true),
            (CompletedVolume, 5, true, true, true, true),
            (Advance, 5, true, true, true, true),
            (Refund, -5, false, true, true, true),
            (Reversal, -5, false, true, true, true),
            (Reversal, 5, false, true, true, true),
        ] {
            let on =
                |date: &str| within_period(kind, Money::dong(net), corrects, day(date), period);
            assert_eq!(on("2023-12-31"), before, "{kind:?} before");
            assert_eq!(
                (on("2024-01-01"), on("2025-01-31")),
                (inside, inside),
                "{kind:?} inside"
            );
            assert_eq!(on("2025-02-01"), after, "{kind:?} after");
        }
    }
}
