//! How many compilers may run at once: as many as were asked for, or as there are CPUs, but no more than fit into the
//! memory that is free.

use sysinfo::{MemoryRefreshKind, System};

/// What a compiler may come to need: all of Base takes 15 MiB, one function of thousands of lines more.
const COMPILER: u64 = 256 << 20;
/// What is left to the runner, and to everybody else.
const REST: u64 = 512 << 20;

/// So many of the wanted compilers fit into this much memory; one always does.
fn fitting(wanted: usize, free: u64) -> usize {
    let fit = usize::try_from(free.saturating_sub(REST) / COMPILER).unwrap_or(usize::MAX);
    wanted.min(fit.max(1))
}

/// The memory that is free, in bytes: of the machine, or of what a control group grants. None if nobody says.
fn free() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let machine = Some(system.available_memory()).filter(|free| *free > 0);
    // What the group keeps of files goes when it is needed.
    let granted =
        system.cgroup_limits().map(|limits| limits.total_memory.saturating_sub(limits.rss));
    machine.into_iter().chain(granted).min()
}

/// How many of the wanted compilers may run at once now.
pub fn compilers(wanted: usize) -> usize {
    // Who wants one need not ask.
    if wanted <= 1 {
        return wanted;
    }
    free().map_or(wanted, |free| fitting(wanted, free))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_fit() {
        const GIB: u64 = 1 << 30;
        let table = [
            (8, 64 * GIB, 8),
            (8, 2 * GIB, 6),
            (4, 2 * GIB, 4),
            (8, GIB, 2),
            (8, GIB / 2, 1),
            (8, 0, 1),
            (1, 0, 1),
            (usize::MAX, GIB, 2),
        ];
        for (wanted, free, expected) in table {
            assert_eq!(fitting(wanted, free), expected, "{wanted} in {free}");
        }
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(free().is_some_and(|free| free > 0));
        assert_eq!(compilers(1), 1);
        assert!((1..=2).contains(&compilers(2)));
    }
}
