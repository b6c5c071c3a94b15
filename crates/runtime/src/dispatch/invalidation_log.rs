//! What made what invalid, for who asks: `cargo pkgimage invalidations`.
//!
//! Off, unless [`begin`] was called. Each change of the program is a *cause*; what it makes invalid are entries,
//! each because of the cause itself or of another entry, whose code it relied on.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::gc::RootVec;
use crate::object::{Binding, Method, MethodInstance};
use crate::value::Gc;

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

/// A change of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A method was defined, or is there that an image was built without.
    Defined(Gc<Method>),
    /// A method took the place of one with the same signature.
    Replaced(Gc<Method>),
    /// A method was deleted, or is gone that an image was built with.
    Deleted(Gc<Method>),
    /// A constant got another value.
    Redefined(Gc<Binding>),
    /// An image was loaded whose code relies on code that is not valid in this process, for a reason from before
    /// the log began.
    Outdated(Gc<MethodInstance>),
}

/// Why something became invalid: the place of a cause, or of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// A change of the program.
    Cause(usize),
    /// Its code relied on that of this specialization.
    Entry(usize),
}

/// A specialization whose code became invalid.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The specialization.
    pub instance: Gc<MethodInstance>,
    /// Why; none if no cause was known.
    pub because: Option<Because>,
    /// How many of its code instances ended that had native code.
    pub native: usize,
}

/// Causes in the order in which they came up, and what each made invalid.
#[derive(Default)]
struct Log {
    causes: Vec<Cause>,
    entries: Vec<Entry>,
    /// What holds for what is noted now.
    because: Option<Because>,
    /// The last entry of each specialization, by its address.
    last: HashMap<usize, usize>,
    /// Keeps what causes and entries name.
    roots: RootVec,
}

/// Begins to note.
pub fn begin() {
    LOG.set(Some(Log::default()));
}

/// Ends it, and gives what was noted: causes and entries refer to one another by their places. The objects are
/// kept by the list of roots.
pub fn end() -> (Vec<Cause>, Vec<Entry>, RootVec) {
    let log = LOG.take().unwrap_or_default();
    (log.causes, log.entries, log.roots)
}

fn with<R>(f: impl FnOnce(&mut Log) -> R) -> Option<R> {
    LOG.with_borrow_mut(|log| log.as_mut().map(f))
}

/// What becomes invalid in a function is because of this.
pub fn because<R>(cause: Cause, f: impl FnOnce() -> R) -> R {
    let before = with(|log| {
        log.roots.push(match cause {
            Cause::Defined(method) | Cause::Replaced(method) | Cause::Deleted(method) => {
                method.value()
            }
            Cause::Redefined(binding) => binding.value(),
            Cause::Outdated(instance) => instance.value(),
        });
        // An image's load names the same method for each of its parts.
        let known = log.causes.iter().position(|known| *known == cause);
        let at = known.unwrap_or_else(|| {
            log.causes.push(cause);
            log.causes.len() - 1
        });
        log.because.replace(Because::Cause(at))
    });
    let result = f();
    if let Some(before) = before {
        with(|log| log.because = before);
    }
    result
}

/// What becomes invalid in a function is because the code of this specialization is not valid, whatever that is
/// because of.
pub(super) fn because_of_code<R>(instance: Gc<MethodInstance>, f: impl FnOnce() -> R) -> R {
    let entry = with(|log| log.last.get(&instance.address()).copied()).flatten();
    let Some(entry) = entry else { return because(Cause::Outdated(instance), f) };
    let before = with(|log| log.because.replace(Because::Entry(entry)));
    let result = f();
    if let Some(before) = before {
        with(|log| log.because = before);
    }
    result
}

/// What holds now.
pub(super) fn current() -> Option<Because> {
    with(|log| log.because).flatten()
}

/// Notes that code became invalid; gives the reason for what relied on it.
pub(super) fn note(
    instance: Gc<MethodInstance>,
    because: Option<Because>,
    native: usize,
) -> Option<Because> {
    with(|log| {
        let at = log.entries.len();
        log.roots.push(instance.value());
        log.entries.push(Entry { instance, because, native });
        log.last.insert(instance.address(), at);
        Because::Entry(at)
    })
}
