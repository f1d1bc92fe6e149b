//! Rates of replies, and how much they differ for certain.

use serde::Serialize;

/// How many messages of a variant are to be sent before it is compared.
const SENT_MIN: u32 = 100;

/// How many of them are to be replied to.
const REPLIED_MIN: u32 = 5;

/// The quantile of the standard normal distribution that leaves 2.5 % above it.
const Z: f64 = 1.959_963_984_540_054;

/// How many of a number of messages were replied to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replies {
    pub(super) sent: u32,
    /// At most `sent`.
    pub(super) replied: u32,
}

/// By how much one rate is above another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RateDifference {
    /// The difference that was seen, from -1 to 1.
    pub rate: f64,
    /// The lower end of its 95 % confidence interval.
    pub low: f64,
    /// The upper end of it.
    pub high: f64,
}

impl Replies {
    pub(super) fn rate(self) -> Option<f64> {
        (self.sent > 0).then(|| f64::from(self.replied) / f64::from(self.sent))
    }

    pub(super) const fn is_enough(self) -> bool {
        self.sent >= SENT_MIN && self.replied >= REPLIED_MIN
    }

    /// The ends of Wilson's 95 % score interval.
    fn interval(self) -> Option<(f64, f64)> {
        let (rate, sent) = (self.rate()?, f64::from(self.sent));
        let middle = 2.0 * sent * rate + Z * Z;
        let half = Z * (Z * Z + 4.0 * sent * rate * (1.0 - rate)).sqrt();
        let whole = 2.0 * (sent + Z * Z);
        Some(((middle - half) / whole, (middle + half) / whole))
    }

    /// By how much this rate is above another one, with Newcombe's hybrid score interval (R. G. Newcombe, Interval estimation
    /// for the difference between independent proportions, Statistics in Medicine 17, 1998, method 10).
    pub(super) fn above(self, other: Self) -> Option<RateDifference> {
        let (rate, other_rate) = (self.rate()?, other.rate()?);
        let ((low, high), (other_low, other_high)) = (self.interval()?, other.interval()?);
        let difference = rate - other_rate;
        let square = |one: f64, other: f64| (one - other) * (one - other);
        Some(RateDifference {
            rate: difference,
            low: difference - (square(rate, low) + square(other_high, other_rate)).sqrt(),
            high: difference + (square(high, rate) + square(other_rate, other_low)).sqrt(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(replied: u32, sent: u32) -> Replies {
        Replies { sent, replied }
    }

    #[test]
    fn the_intervals_are_those_of_newcombes_paper() {
        for (one, other, low, high) in [
            (of(56, 70), of(48, 80), 0.0524, 0.3339),
            (of(9, 10), of(3, 10), 0.1705, 0.8090),
            (of(6, 7), of(2, 7), 0.0582, 0.8062),
            (of(5, 56), of(0, 29), -0.0381, 0.1926),
            (of(0, 10), of(0, 20), -0.1611, 0.2775),
            (of(0, 10), of(0, 10), -0.2775, 0.2775),
            (of(10, 10), of(0, 20), 0.6791, 1.0),
            (of(10, 10), of(0, 10), 0.6075, 1.0),
        ] {
            let found = one.above(other).map(|difference| [difference.low, difference.high]);
            let is_near = found.is_some_and(|[found_low, found_high]| {
                (found_low - low).abs() < 0.000_05 && (found_high - high).abs() < 0.000_05
            });
            assert!(is_near, "{one:?} above {other:?}: {found:?}, not {low} to {high}");
        }
    }

    #[test]
    fn there_is_enough_from_100_sent_and_5_replies_on() {
        let enough = [of(5, 100), of(4, 100), of(5, 99), of(99, 99), of(0, 0)].map(Replies::is_enough);
        assert_eq!(enough, [true, false, false, false, false]);
        assert!(of(0, 0).rate().is_none() && of(0, 0).above(of(1, 2)).is_none() && of(1, 2).above(of(0, 0)).is_none());
    }

    /// Some of which some were replied to.
    fn replies() -> impl Strategy<Value = Replies> {
        (1..100_000_u32).prop_flat_map(|sent| (0..=sent).prop_map(move |replied| of(replied, sent)))
    }

    proptest! {
        #[test]
        fn the_difference_lies_in_its_interval_and_turned_round_it_is_its_negative(one in replies(), other in replies()) {
            const ROUNDING: f64 = 1e-12;
            let there = one.above(other);
            let back = other.above(one);
            let (Some(there), Some(back)) = (there, back) else { return Err(TestCaseError::fail("no difference")) };
            prop_assert!(-1.0 - ROUNDING <= there.low && there.low <= there.rate + ROUNDING);
            prop_assert!(there.rate <= there.high + ROUNDING && there.high <= 1.0 + ROUNDING);
            prop_assert!((there.rate + back.rate).abs() < ROUNDING);
            prop_assert!((there.low + back.high).abs() < ROUNDING && (there.high + back.low).abs() < ROUNDING);
        }
    }
}
