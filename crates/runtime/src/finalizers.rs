//! Finalizers: functions to call when an object is no longer reachable, or at exit.
//!
//! The table is no root. A collection asks it, once it has marked what the program reaches ([`part`]): those whose object
//! died are due, and run at the end of the safepoint ([`run`]), newest first, in the newest world, on the task
//! that happened to be there. Then it marks all of them ([`mark`]): a function lives as long as its object, which it may
//! refer to.
//!
//! Numbers are apart: see [`Number`]. As the process ends nothing is freed for them.

use std::cell::{Cell, RefCell};

use crate::error;
use crate::foreign::gmp;
use crate::gc::{Marker, RootVec};
use crate::interpreter::{apply_in_world, is_quiet, trace};
use crate::known::known;
use crate::value::Value;
use crate::world;

#[derive(Clone, Copy)]
enum Function {
    Julia(Value),
    /// A C function that takes the object.
    C(usize),
}

#[derive(Clone, Copy)]
struct Finalizer {
    object: Value,
    function: Function,
}

/// A function that frees what its object owns, runs no Julia code and looks at no other object: the collector itself may
/// call it, and nothing comes to life again for it. There may be millions.
#[derive(Clone, Copy)]
struct Number {
    object: Value,
    clear: usize,
}

struct Table {
    /// Numbers whose memory GMP frees when nothing keeps them, with that function.
    numbers: RefCell<Vec<Number>>,
    /// Those of objects that the program reaches, in the order of their registration.
    pending: RefCell<Vec<Finalizer>>,
    /// Those of objects that it does not reach.
    due: RefCell<Vec<Finalizer>>,
    /// How many `GC.disable_finalizers` are in force.
    disabled: Cell<u32>,
    running: Cell<bool>,
}
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Table {}
static TABLE: Table = Table {
    numbers: RefCell::new(Vec::new()),
    pending: RefCell::new(Vec::new()),
    due: RefCell::new(Vec::new()),
    disabled: Cell::new(0),
    running: Cell::new(false),
};

/// `finalizer(f, object)`.
pub fn add(object: Value, function: Value) {
    TABLE.pending.borrow_mut().push(Finalizer { object, function: Function::Julia(function) });
}

/// `finalizer(f, object)` where `f` is a pointer to a C function.
pub fn add_c(object: Value, function: usize) {
    if gmp::is_clear(function) {
        TABLE.numbers.borrow_mut().push(Number { object, clear: function });
        return;
    }
    TABLE.pending.borrow_mut().push(Finalizer { object, function: Function::C(function) });
}

/// Those of objects that are not kept are due from here on. For the collector.
pub(crate) fn part(is_kept: impl Fn(Value) -> bool) {
    let dead =
        TABLE.pending.borrow_mut().extract_if(.., |f| !is_kept(f.object)).collect::<Vec<_>>();
    TABLE.due.borrow_mut().extend(dead);
}

/// Marks all objects and functions. For the collector.
pub(crate) fn mark(marker: &mut Marker<'_>) {
    for finalizer in TABLE.pending.borrow().iter().chain(TABLE.due.borrow().iter()) {
        marker.reference(finalizer.object);
        if let Function::Julia(function) = finalizer.function {
            marker.reference(function);
        }
    }
}

/// Frees the memory of numbers that nothing keeps, finalizers included. For the collector, when it has marked everything.
pub(crate) fn clear_numbers(is_kept: impl Fn(Value) -> bool) {
    TABLE.numbers.borrow_mut().retain(|number| {
        let is_kept = is_kept(number.object);
        if !is_kept {
            number.clear();
        }
        is_kept
    });
}

impl Number {
    fn clear(&self) {
        call_c(self.clear, self.object);
    }
}

fn call_c(function: usize, object: Value) {
    // SAFETY: whoever registered the pointer says that it is such a function.
    let function = unsafe { std::mem::transmute::<usize, extern "C" fn(usize)>(function) };
    function(object.address());
}

/// Whether finalizers run that a collection found due.
pub fn are_running() -> bool {
    TABLE.running.get()
}

/// Holds finalizers back until [`enable`] was called as often: `GC.disable_finalizers`.
pub fn disable() {
    TABLE.disabled.set(TABLE.disabled.get() + 1);
}

/// Ends a [`disable`].
pub fn enable() {
    let before = TABLE.disabled.get();
    TABLE.disabled.set(before.saturating_sub(1));
    if before == 1 {
        run();
    }
}

/// Runs those that are due, unless that is held back. Called where Julia code may run; not on behalf of inference,
/// which leaves no traces in what is counted and recorded.
pub fn run() {
    let held = TABLE.running.get() || TABLE.disabled.get() > 0 || is_quiet();
    if held || TABLE.due.borrow().is_empty() {
        return;
    }
    TABLE.running.set(true);
    loop {
        let due = std::mem::take(&mut *TABLE.due.borrow_mut());
        if due.is_empty() {
            break;
        }
        call_all(&due);
    }
    TABLE.running.set(false);
}

/// `finalize(object)`: runs its finalizers now.
pub fn run_for(object: Value) {
    let of_object = |f: &mut Finalizer| f.object == object;
    let mut found = TABLE.due.borrow_mut().extract_if(.., of_object).collect::<Vec<_>>();
    found.extend(TABLE.pending.borrow_mut().extract_if(.., of_object));
    call_all(&found);
    let numbers = &mut *TABLE.numbers.borrow_mut();
    numbers.extract_if(.., |number| number.object == object).for_each(|number| number.clear());
}

/// Runs all finalizers as the process ends.
pub fn run_all() {
    let mut all = std::mem::take(&mut *TABLE.pending.borrow_mut());
    all.append(&mut TABLE.due.borrow_mut());
    call_all(&all);
}

/// Calls them, newest first. An exception in one is reported and dropped, as Julia does it.
fn call_all(finalizers: &[Finalizer]) {
    if finalizers.is_empty() {
        return;
    }
    let mut roots = RootVec::new();
    for finalizer in finalizers {
        roots.push(finalizer.object);
        if let Function::Julia(function) = finalizer.function {
            roots.push(function);
        }
    }
    // Nobody called them: when a collection happens says nothing of the code that runs then.
    let position = trace::position();
    trace::set_position(std::ptr::null());
    let trace_before = error::trace();
    roots.push(trace_before);
    for finalizer in finalizers.iter().rev() {
        match finalizer.function {
            Function::Julia(function) => {
                let call = RootVec::of(&[function, finalizer.object]);
                if let Err(thrown) = apply_in_world(call.as_slice(), world::current()) {
                    report(error::take(thrown));
                }
            }
            Function::C(function) => call_c(function, finalizer.object),
        }
    }
    error::set_trace(trace_before);
    trace::set_position(position);
}

fn report(exception: Value) {
    let ty = exception.datatype();
    let names = ty.name.get().names.get();
    let fields: Vec<String> = (0..ty.field_count())
        .map(|i| {
            let value = crate::fields::get_nth(exception, i);
            let value = value.map_or_else(|| "#<null>".to_owned(), crate::debug::describe);
            let name = names.get(i).unwrap_or(known().nothing);
            format!("{}={value}", crate::debug::describe(name).trim_start_matches(':'))
        })
        .collect();
    let ty = crate::debug::describe(ty.value());
    eprintln!("error in running finalizer: {ty}({})", fields.join(", "));
}
