//! Numbers that look random and are the same at every run.

/// SplitMix64 from a fixed seed.
pub struct Random(u64);

impl Random {
    /// A generator of its own for each purpose, so that one more draw here moves nothing there.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).expect("low is not above high");
        low + i64::try_from(self.next() % span).expect("below the span")
    }

    /// True that often in a hundred times.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }
}
