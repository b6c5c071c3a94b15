//! Options of the process that Julia code can ask for by name (`Base.JLOptions`).

use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    static OPTIONS: RefCell<BTreeMap<String, i64>> = const { RefCell::new(BTreeMap::new()) };
}

/// Sets an option.
pub fn set(name: &str, value: i64) {
    OPTIONS.with_borrow_mut(|table| table.insert(name.to_owned(), value));
}

/// An option's value; zero if it was not set.
pub fn get(name: &str) -> i64 {
    OPTIONS.with_borrow(|table| table.get(name).copied().unwrap_or(0))
}
