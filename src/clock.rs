//! Time as an argument: the only file that reads the system clock.

use std::sync::{Arc, RwLock};

use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, SubsecRound, TimeDelta, Timelike, Utc,
};

/// Seconds east of Greenwich in Vietnam, which has no daylight-saving time.
const VIETNAM: i32 = 7 * 3600;

#[derive(Debug, Default)]
struct Fixed {
    today: Option<NaiveDate>,
    now: Option<DateTime<Utc>>,
}

/// Gives the business date and the instant. Either can be fixed: the business date by
/// `GIAINGAN_TODAY`, the instant by tests that let time pass.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Arc<RwLock<Fixed>>,
}

impl Clock {
    /// The real clock, with the business date fixed if one is given.
    pub fn new(today: Option<NaiveDate>) -> Self {
        let clock = Clock::default();
        clock.set(|fixed| fixed.today = today);
        clock
    }

    /// The instant, in UTC, to the microsecond that both databases keep.
    pub fn now(&self) -> NaiveDateTime {
        let fixed = self.get(|fixed| fixed.now);
        fixed.unwrap_or_else(Utc::now).naive_utc().trunc_subsecs(6)
    }

    /// The business date: the calendar date in Vietnam.
    pub fn today(&self) -> NaiveDate {
        self.get(|fixed| fixed.today)
            .unwrap_or_else(|| self.vietnam().date_naive())
    }

    /// The hour of the day in Vietnam, 0 to 23.
    pub fn hour(&self) -> u32 {
        self.vietnam().hour()
    }

    /// Whether `GIAINGAN_TODAY` fixes the business date.
    pub fn is_fixed(&self) -> bool {
        self.get(|fixed| fixed.today).is_some()
    }

    /// Fixes the business date.
    pub fn set_today(&self, today: NaiveDate) {
        self.set(|fixed| fixed.today = Some(today));
    }

    /// Lets the business date follow the instant again.
    pub fn let_run(&self) {
        self.set(|fixed| fixed.today = None);
    }

    /// Fixes the instant.
    pub fn set_now(&self, now: DateTime<Utc>) {
        self.set(|fixed| fixed.now = Some(now));
    }

    /// Moves a fixed instant on; a running clock becomes fixed.
    pub fn advance(&self, by: TimeDelta) {
        let now = self.now().and_utc() + by;
        self.set_now(now);
    }

    fn vietnam(&self) -> DateTime<FixedOffset> {
        let now = self.now().and_utc();
        match FixedOffset::east_opt(VIETNAM) {
            Some(offset) => now.with_timezone(&offset),
            None => now.fixed_offset(),
        }
    }

    fn get<T>(&self, read: impl FnOnce(&Fixed) -> T) -> T {
        match self.fixed.read() {
            Ok(fixed) => read(&fixed),
            Err(poisoned) => read(&poisoned.into_inner()),
        }
    }

    fn set(&self, change: impl FnOnce(&mut Fixed)) {
        match self.fixed.write() {
            Ok(mut fixed) => change(&mut fixed),
            Err(poisoned) => change(&mut poisoned.into_inner()),
        }
    }
}
