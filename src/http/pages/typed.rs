//! Amounts as people type them, with the fault they read.

use super::form::Form;
use super::layout::Layout;
use crate::domain::amount_parse::{AmountError, parse_amount};
use crate::domain::format::{self, AmountUnit};
use crate::domain::money::Money;

/// Why a text is no amount, in words.
pub fn amount_fault(error: AmountError, l: &Layout) -> &'static str {
    let t = &l.t.payment;
    match error {
        AmountError::Empty => t.required_amount,
        AmountError::Malformed => t.malformed,
        AmountError::UnknownUnit => t.unknown_unit,
        AmountError::Ambiguous => t.ambiguous,
        AmountError::Fraction => t.fraction,
        AmountError::OutOfRange => t.out_of_range,
    }
}

/// The amount in a field. An empty optional one is zero; a fault is put beside the field.
pub fn amount(
    form: &mut Form,
    name: &str,
    unit: AmountUnit,
    required: bool,
    l: &Layout,
) -> Option<Money> {
    match parse_amount(form.value(name), unit) {
        // It comes back to be looked at first.
        _ if form.is_resumed() => None,
        Ok(amount) => Some(amount),
        Err(AmountError::Empty) if !required => Some(Money::ZERO),
        Err(error) => {
            form.add_fault(name, amount_fault(error, l));
            None
        }
    }
}

/// An amount as it stands in a field: in đồng, and such that [`amount`] reads it in one way only.
pub fn shown(amount: Money, l: &Layout) -> String {
    match amount.get().unsigned_abs() {
        0..1_000_000 => amount.get().to_string(),
        _ => format::grouped(amount, l.locale),
    }
}
