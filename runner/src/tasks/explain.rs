//! What is known of specializations: `cargo pkgimage explain`.
//!
//! All packages of the environment are loaded with the images that there are. What a user names is a call by its
//! types, or a function, of which all specializations are explained that images have code for. Each is described
//! by whom it belongs to, where its code stands, what that relies on, and what made it invalid, if something did.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};
use pkgimage_package::Uuid;
use pkgimage_package::job::{Job, exit};
use pkgimage_package::report::{CodeAt, Explained, Invalidation, MethodAt, Reliance};
use pkgimage_runtime as runtime;
use runtime::dispatch::invalidation_log::{self, Because, Cause, Entry};
use runtime::dispatch::{self, reliance};
use runtime::gc::RootVec;
use runtime::object::{CodeInstance, DataType, Method, MethodInstance};
use runtime::types::{subtype, tuple_type};
use runtime::value::{Gc, Value};
use runtime::{error, known, world};

use super::invalidations::{call, named, of_method, path, place, signature};
use crate::owner::{Involved, Owners};
use crate::signature::{Reader, of_instance, specialization};
use crate::{images, jit, julia, packages, report};

/// Reports what is known; gives the exit code.
pub fn explain(job: &Job, what: &str) -> i32 {
    match explained(job, what) {
        Ok(explained) => {
            report::change(|report| report.explained = explained);
            exit::OK
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            exit::EXCEPTION
        }
    }
}

fn explained(job: &Job, what: &str) -> Result<Vec<Explained>> {
    invalidation_log::begin();
    packages::load_all(&job.environment);
    let (causes, entries, _kept) = invalidation_log::end();
    let reader = Reader::new();
    let meant = reader.named(what).map_err(|thrown| {
        let exception = error::take(thrown);
        let show = julia::base().and_then(|base| base.global("showerror"));
        let text = show.and_then(|show| said(julia::call_base("sprint", &[show, exception])));
        anyhow!("{what}: {}", text.unwrap_or_else(|| julia::plainly(exception)))
    })?;
    let kept = RootVec::of(&[meant]);
    let is_call = meant.cast::<DataType>().is_some_and(|ty| ty.is_tuple());
    let instances = if is_call {
        let found = specialization(meant);
        vec![found.ok_or_else(|| anyhow!("no method is called by {what}"))?]
    } else {
        let found = with_code(meant);
        if found.is_empty() {
            bail!("no image has code for {what}; name a call by its types, as in {what}(::Int)");
        }
        found
    };
    let mut owners = Owners::new(&job.environment);
    let explained = instances.into_iter().map(|instance| {
        let because = || why_invalid(instance, &causes, &entries);
        one(instance, &mut owners, because, |uuid| {
            let package = job.environment.package(&uuid);
            package.map_or_else(|| uuid.to_string(), |package| package.id.name.clone())
        })
    });
    let mut explained: Vec<Explained> = explained.collect();
    explained.sort_by(|a, b| a.call.cmp(&b.call));
    drop(kept);
    Ok(explained)
}

/// The specializations of a function, or of a type's constructors, that images have code for.
fn with_code(callee: Value) -> Vec<Gc<MethodInstance>> {
    let first = match runtime::object::is_type(callee) {
        true => runtime::types::type_of_type(callee),
        false => callee.datatype().value(),
    };
    let any = runtime::types::vararg_of(Some(known::known().any.value()), None);
    let calls = tuple_type(&[first, any]).value();
    let Some(table) = dispatch::method_table_for_signature(calls) else { return Vec::new() };
    let methods = dispatch::methods_of(table, world::current()).into_iter();
    methods
        .flat_map(dispatch::specializations_of)
        .filter(|instance| {
            !code_of(*instance).is_empty() && subtype(instance.spec_types.get(), calls)
        })
        .collect()
}

/// The code that images have for it, what holds before what does not.
fn code_of(instance: Gc<MethodInstance>) -> Vec<Gc<CodeInstance>> {
    let codes = std::iter::successors(instance.cache.get(), |code| code.next.get());
    let mut codes: Vec<Gc<CodeInstance>> =
        codes.filter(|code| code.flags.get() & jit::FROM_IMAGE != 0).collect();
    codes.sort_by_key(|code| code.max_world.get() != u64::MAX);
    codes
}

fn one(
    instance: Gc<MethodInstance>,
    owners: &mut Owners<'_>,
    because: impl Fn() -> Option<Invalidation>,
    name: impl Fn(Uuid) -> String,
) -> Explained {
    let involved = Involved::in_instance(instance);
    let owner = owners.owner(&involved).filter(|_| !involved.homeless).map(&name);
    let codes = code_of(instance);
    let first = codes.first().copied();
    let part = first.and_then(|code| images::part_at(code.address())).map(|(part, _)| part);
    let is_own = |address| images::part_at(address).map(|(part, _)| part) == part;
    let (relies_on, relied_on_by) = reliance::of(instance, |at| part.is_some() && is_own(at));
    let relies_on: BTreeSet<Reliance> = relies_on.into_iter().map(described).collect();
    let places = codes.into_iter().filter_map(|code| {
        let (image, bytes) = images::home_of(code.specialized.get() as u64)?;
        let valid = code.max_world.get() == u64::MAX;
        Some(CodeAt { image, bytes, valid, because: if valid { None } else { because() } })
    });
    let method = instance.def.get().cast::<Method>();
    Explained {
        call: signature(instance),
        signature: of_instance(instance).map(|text| text.text),
        method: method.map_or_else(nowhere, method_at),
        involves: involved.packages.iter().copied().map(&name).collect(),
        homeless: involved.homeless,
        owner,
        code: places.collect(),
        returns: first.and_then(|code| text_of(code.return_type.get())),
        relies_on: relies_on.into_iter().collect(),
        relied_on_by,
    }
}

/// The change because of which its code does not hold.
fn why_invalid(
    instance: Gc<MethodInstance>,
    causes: &[Cause],
    entries: &[Entry],
) -> Option<Invalidation> {
    let mut because = entries.iter().rfind(|entry| entry.instance == instance)?.because;
    while let Some(Because::Entry(entry)) = because {
        because = entries[entry].because;
    }
    let Some(Because::Cause(cause)) = because else { return None };
    Some(named(causes[cause]))
}

fn described(relies: reliance::Reliance) -> Reliance {
    match relies {
        reliance::Reliance::Lookup { signature, methods, covers } => {
            let _kept = RootVec::of(&[signature]);
            let now = dispatch::matching_methods(signature, -1, world::current());
            let now: Vec<Gc<Method>> =
                now.map_or(Vec::new(), |now| now.matches.iter().map(|one| one.method).collect());
            let differs = now != methods;
            let list = |methods: Vec<Gc<Method>>| methods.into_iter().map(method_at).collect();
            let name = methods.first().or(now.first()).map(|method| method.name.get().value());
            let call = match name {
                Some(name) => text_of_call(name, signature),
                None => text_of(signature),
            };
            let mut call = call.unwrap_or_default();
            if !covers && !methods.is_empty() {
                call += " or nothing";
            }
            let now = differs.then(|| list(now));
            Reliance::Lookup { call, finds: list(methods), now }
        }
        reliance::Reliance::Constant(binding) => Reliance::Constant {
            name: format!("{}.{}", path(binding.module.get()), binding.name.get()),
        },
        reliance::Reliance::Code(other) => {
            let module = other.def.get().cast::<Method>().map_or(String::new(), of_method);
            Reliance::Code { call: signature(other), module }
        }
    }
}

fn method_at(method: Gc<Method>) -> MethodAt {
    MethodAt {
        signature: call(method, method.signature.get()),
        module: of_method(method),
        place: place(method),
    }
}

fn nowhere() -> MethodAt {
    MethodAt { signature: "top level".to_owned(), module: String::new(), place: String::new() }
}

fn text_of_call(name: Value, types: Value) -> Option<String> {
    said(julia::call_base("_call_text", &[name, types]))
}

/// An object as Julia shows it.
fn text_of(object: Value) -> Option<String> {
    said(julia::call_base("repr", &[object]))
}

fn said(text: error::Result<Value>) -> Option<String> {
    text.map(julia::text).unwrap_or_else(|thrown| {
        let _ = error::take(thrown);
        None
    })
}
