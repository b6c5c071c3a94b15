//! Times of several runs: the middle, and how far they spread.

use serde::Serialize;

/// A time, in milliseconds: the median of the runs, and the quartiles below and above it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// Half of the runs took no longer.
    pub median: f64,
    /// A quarter of the runs took no longer.
    pub low: f64,
    /// Three quarters of the runs took no longer.
    pub high: f64,
}

impl Measure {
    /// Of so many numbers; none of none.
    pub fn of(mut all: Vec<f64>) -> Option<Measure> {
        all.sort_by(f64::total_cmp);
        Some(Measure {
            median: quantile(&all, 0.5)?,
            low: quantile(&all, 0.25)?,
            high: quantile(&all, 0.75)?,
        })
    }

    /// The median, and half of the distance between the quartiles.
    pub fn text(&self, digits: usize) -> String {
        let spread = (self.high - self.low) / 2.0;
        format!("{:.digits$} ±{:.digits$}", self.median, spread)
    }
}

/// Between two of the sorted numbers in proportion.
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let at = part * (sorted.len().checked_sub(1)?) as f64;
    let below = sorted.get(at.floor() as usize)?;
    let above = sorted.get(at.ceil() as usize)?;
    Some(below + (above - below) * at.fract())
}

/// What one process took, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Once {
    /// From its start to its end, with one call.
    pub process: f64,
    /// Loading of the workload's script, and of the packages that it uses.
    pub loading: Option<f64>,
    /// The first call.
    pub first: Option<f64>,
    /// A call when everything is warm.
    pub warm: Option<f64>,
    /// Processor time of the runner, and of compilers that it started.
    pub cpu: Option<f64>,
}

/// The times of one way to run a workload.
#[derive(Debug, Clone, Serialize)]
pub struct Times {
    /// From the start of the process to its end, with one call.
    pub process: Option<Measure>,
    /// Loading.
    pub loading: Option<Measure>,
    /// The first call.
    pub first: Option<Measure>,
    /// A call when everything is warm.
    pub warm: Option<Measure>,
    /// Processor time, with compilers.
    pub cpu: Option<Measure>,
}

impl Times {
    /// Of several processes.
    pub fn of(all: &[Once]) -> Times {
        let measure =
            |of: fn(&Once) -> Option<f64>| Measure::of(all.iter().filter_map(of).collect());
        Times {
            process: measure(|once| Some(once.process)),
            loading: measure(|once| once.loading),
            first: measure(|once| once.first),
            warm: measure(|once| once.warm),
            cpu: measure(|once| once.cpu),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quartiles() {
        assert_eq!(Measure::of(vec![]), None);
        let one = Measure { median: 2.0, low: 2.0, high: 2.0 };
        assert_eq!(Measure::of(vec![2.0]), Some(one));
        let five = Measure { median: 3.0, low: 2.0, high: 4.0 };
        assert_eq!(Measure::of(vec![5.0, 3.0, 1.0, 2.0, 4.0]), Some(five));
        assert_eq!(five.text(1), "3.0 ±1.0");
        let two = Measure { median: 1.5, low: 1.25, high: 1.75 };
        assert_eq!(Measure::of(vec![1.0, 2.0]), Some(two));
    }
}
