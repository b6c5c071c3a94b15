//! Running a program, and reporting what made code invalid meanwhile: `cargo pkgimage invalidations`.
//!
//! What was noted ([`invalidation_log`]) is put into words when the program has ended, by Base's own printing of
//! signatures. What lost no native code, and led to nothing that did, is left out.

use pkgimage_package::job::Program;
use pkgimage_package::report::{self as form, Invalidated, Invalidation};
use pkgimage_runtime as runtime;
use runtime::dispatch::invalidation_log::{self, Because, Cause, Entry};
use runtime::error;
use runtime::object::{Method, MethodInstance, Module};
use runtime::value::{Gc, Value};

use super::run;
use crate::{julia, report};

/// Runs it; gives the program's exit code.
pub fn run(program: &Program) -> i32 {
    invalidation_log::begin();
    report::at_end(|_, report| report.invalidations = Some(noted()));
    run::run(program)
}

fn noted() -> Vec<Invalidation> {
    let (causes, entries, _roots) = invalidation_log::end();
    // An entry stands behind the one that it is because of.
    let mut matters: Vec<bool> = entries.iter().map(|entry| entry.native > 0).collect();
    let mut cause_of: Vec<Option<usize>> = Vec::with_capacity(entries.len());
    for entry in &entries {
        cause_of.push(match entry.because {
            Some(Because::Cause(cause)) => Some(cause),
            Some(Because::Entry(entry)) => cause_of[entry],
            None => None,
        });
    }
    for (at, entry) in entries.iter().enumerate().rev() {
        if let (true, Some(Because::Entry(before))) = (matters[at], entry.because) {
            matters[before] = true;
        }
    }
    let mut all: Vec<Invalidation> = causes.iter().map(|cause| named(*cause)).collect();
    let mut places = vec![None; entries.len()];
    for (at, entry) in entries.iter().enumerate().filter(|(at, _)| matters[*at]) {
        let Some(list) = cause_of[at].and_then(|cause| all.get_mut(cause)) else { continue };
        let list = &mut list.specializations;
        let because_of = match entry.because {
            Some(Because::Entry(before)) => places[before],
            _ => None,
        };
        places[at] = Some(list.len());
        list.push(invalidated(entry, because_of));
    }
    all.retain(|one| !one.specializations.is_empty());
    all
}

fn invalidated(entry: &Entry, because_of: Option<usize>) -> Invalidated {
    Invalidated {
        signature: signature(entry.instance),
        module: entry.instance.def.get().cast::<Method>().map_or(String::new(), of_method),
        because_of,
        native: entry.native,
    }
}

/// A change, as reports say it.
pub fn named(cause: Cause) -> Invalidation {
    let of = |cause, method: Gc<Method>| Invalidation {
        cause,
        what: call(method, method.signature.get()),
        module: of_method(method),
        place: Some(place(method)),
        specializations: Vec::new(),
    };
    match cause {
        Cause::Defined(method) => of(form::Cause::MethodDefined, method),
        Cause::Replaced(method) => of(form::Cause::MethodReplaced, method),
        Cause::Deleted(method) => of(form::Cause::MethodDeleted, method),
        Cause::Redefined(binding) => Invalidation {
            cause: form::Cause::ConstantRedefined,
            what: binding.name.get().to_string(),
            module: path(binding.module.get()),
            place: None,
            specializations: Vec::new(),
        },
        Cause::Outdated(instance) => Invalidation {
            cause: form::Cause::CodeOutdated,
            what: signature(instance),
            module: instance.def.get().cast::<Method>().map_or(String::new(), of_method),
            place: None,
            specializations: Vec::new(),
        },
    }
}

/// A specialization's call as Julia writes it.
pub fn signature(instance: Gc<MethodInstance>) -> String {
    match instance.def.get().cast::<Method>() {
        Some(method) => call(method, instance.spec_types.get()),
        None => "top level".to_owned(),
    }
}

/// A call of a method as Julia writes it.
pub fn call(method: Gc<Method>, types: Value) -> String {
    let text = julia::call_base("_call_text", &[method.name.get().value(), types]);
    let text = text.map(julia::text).unwrap_or_else(|thrown| {
        // A `show` of the program's own may throw.
        let _ = error::take(thrown);
        None
    });
    text.unwrap_or_else(|| method.name.get().to_string())
}

/// Where a method stands.
pub fn place(method: Gc<Method>) -> String {
    format!("{}:{}", method.file.get(), method.line.get())
}

/// The module of a method.
pub fn of_method(method: Gc<Method>) -> String {
    path(method.module.get())
}

/// A module with those that it is in.
pub fn path(module: Gc<Module>) -> String {
    let names: Vec<String> = module.path().iter().map(ToString::to_string).collect();
    names.join(".")
}
