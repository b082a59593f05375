//! Webhooks by the Standard Webhooks scheme: which events there are, when a delivery is tried again,
//! and which addresses may be spoken to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::TimeDelta;

use super::text_enum::text_enum;

text_enum! {
    /// What a webhook may be told (api.md, Integrations).
    WebhookEvent {
        /// A payment was logged.
        DisbursementRecorded = "disbursement.recorded",
        /// A payment was reversed.
        DisbursementReversed = "disbursement.reversed",
        /// A schedule is in force.
        ScheduleApproved = "schedule.approved",
        /// A plan entry, transfer or extension was logged or voided.
        PlanChanged = "plan.changed",
        /// An alert was raised.
        AlertRaised = "alert.raised",
        /// An alert went up a level.
        AlertEscalated = "alert.escalated",
        /// An alert ended.
        AlertResolved = "alert.resolved",
    }
}

/// The actions of the audit log that webhooks are told of, and as which event.
const TOLD: [(&str, WebhookEvent); 11] = [
    ("disbursement.recorded", WebhookEvent::DisbursementRecorded),
    ("disbursement.reversed", WebhookEvent::DisbursementReversed),
    ("schedule.approved", WebhookEvent::ScheduleApproved),
    ("plan_entry.recorded", WebhookEvent::PlanChanged),
    ("plan_entry.reversed", WebhookEvent::PlanChanged),
    ("plan_transfer.recorded", WebhookEvent::PlanChanged),
    ("plan_extension.recorded", WebhookEvent::PlanChanged),
    ("alert.raised", WebhookEvent::AlertRaised),
    ("alert.escalated", WebhookEvent::AlertEscalated),
    ("alert.resolved", WebhookEvent::AlertResolved),
    ("alert.waived", WebhookEvent::AlertResolved),
];

impl WebhookEvent {
    /// The event of an action of the audit log, if webhooks are told of it.
    pub fn of_action(action: &str) -> Option<Self> {
        let found = TOLD.iter().find(|(told, _)| *told == action);
        found.map(|(_, event)| *event)
    }

    /// Every action that webhooks are told of.
    pub fn actions() -> Vec<&'static str> {
        TOLD.iter().map(|(action, _)| *action).collect()
    }
}

/// Seconds between attempts, by attempts made; together about four days.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// How long to wait after so many attempts, or `None` when it is given up. `chance` (0 to 255)
/// spreads the waits by a tenth either way, so that receivers are not met by all at once.
pub fn wait_after(attempts: i64, chance: u8) -> Option<TimeDelta> {
    let place = usize::try_from(attempts - 1).ok()?;
    let seconds = WAITS.get(place)?;
    let tenth = seconds * 1_000 / 10;
    let spread = tenth * (2 * i64::from(chance) - 255) / 255;
    Some(TimeDelta::milliseconds(seconds * 1_000 + spread))
}

/// Whether an address is one of the public internet: not of this machine, this network, a cloud's
/// metadata service, nor one that only wraps such an address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, .., g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    match (a, b) {
        // NAT64 and 6to4 carry an IPv4 address.
        (0x0064, 0xff9b) => is_public_v4(embedded(g, h)),
        (0x2002, _) => is_public_v4(embedded(b, c)),
        // Teredo, documentation, benchmarking.
        (0x2001, 0x0000 | 0x0db8 | 0x0002) => false,
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        let public = |text: &str| is_public(text.parse().expect("an address"));
        for address in [
            "8.8.8.8",
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(public(address), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::127.0.0.1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn attempts_go_on_for_days_and_end() {
        let total: i64 = (1..=9)
            .map(|made| wait_after(made, 127).expect("a wait").num_seconds())
            .sum();
        assert!((3 * 86_400..5 * 86_400).contains(&total), "{total}");
        assert_eq!(wait_after(10, 127), None);
        assert_eq!(wait_after(2, 0), Some(TimeDelta::seconds(270)));
        assert_eq!(wait_after(2, 255), Some(TimeDelta::seconds(330)));
    }

    #[test]
    fn every_event_comes_from_an_action() {
        for event in WebhookEvent::ALL {
            assert!(
                WebhookEvent::actions()
                    .iter()
                    .any(|action| WebhookEvent::of_action(action) == Some(*event))
            );
        }
        assert_eq!(WebhookEvent::of_action("user.created"), None);
    }
}
