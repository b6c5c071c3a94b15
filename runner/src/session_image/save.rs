//! Writing session images: at the end of a run, and when the prompt is asked to (`saveWork()`).
//!
//! Kept is the code of all specializations that were called by dispatch, and of what those call, as far as no
//! package's or Base's image has it. What a loaded session image holds and is still good goes into the new
//! one; it is inferred again, its object code comes from the store.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Context, Result, anyhow, bail};
use pkgimage_image::link::BoundImage;
use pkgimage_image::stamp::Kind;
use pkgimage_inference::emit::Referent;
use pkgimage_inference::typed::Edge;
use pkgimage_inference::{Inference, cache};
use pkgimage_ir::{External, FunctionKind};
use pkgimage_package::job::{Build, Image, Job, Sessions, Valid, exit};
use pkgimage_package::{Uuid, images as image_files, sessions};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::{Binding, JuliaString, MethodInstance};
use runtime::value::Gc;
use runtime::{dispatch, error, world};

use super::basis::{Bases, Lists, OfUnit, table_hash};
use super::elsewhere::Elsewhere;
use super::forms::FormWriter;
use super::holding::method_of;
use super::table::FormId;
use super::{Deleted, TABLE, Table, Unit, load, main_text, method_digest};
use crate::image_parts::Entries;
use crate::image_writer::{self, Prepared};
use crate::owner::Involved;
use crate::units::{self, Made};
use crate::{code_places, packages, report};

thread_local! {
    static CALLED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    static PROMPT: RefCell<Option<(Job, Sessions)>> = const { RefCell::new(None) };
}

/// Flag of specializations that have been noted as called.
const NOTED: u32 = 8;

/// Begins to note what the session calls, if it is or may be kept; whether it is.
pub fn begin(job: &Job) -> bool {
    if job.save_work.is_none() && job.sessions.is_none() {
        return false;
    }
    CALLED.set(Some(RootVec::new()));
    pkgimage_inference::note_asked();
    runtime::hooks::on_dispatch(Some(|_, callee| called(callee)));
    if let Some(build) = &job.save_work {
        let (job, build) = (job.clone(), build.clone());
        // After the choice of a recording's roots, which follows from what inference finds of these alone.
        report::at_last(move |code, report| {
            let made = report.stats.compiled + report.stats.from_store;
            let is_saved = made == 0 && is_saved(&job, &build);
            // A run that did not get to its end may be in the middle of anything; that of a test file whose tests
            // failed ended when they had been counted.
            if matches!(code, exit::OK | exit::TESTS_FAILED)
                && !is_saved
                && let Err(error) = save(&job, &build, &Wanted::All)
            {
                report::warn(format!("the session was not kept: {error:#}"));
            }
        });
    }
    if let Some(sessions) = &job.sessions {
        PROMPT.set(Some((job.clone(), sessions.clone())));
        runtime::prompt::install(runtime::prompt::Services {
            evaluated: main_text::evaluated,
            save: |name, packages| {
                save_prompt(name, packages).map_err(|problem| error::error(&format!("{problem:#}")))
            },
            sources: packages::sources,
            methods_of_file: code_places::methods_of_file,
        });
        if sessions.save {
            report::at_end(move |_, _| {
                if main_text::is_unsaved()
                    && let Err(error) = save_prompt(None, &[])
                {
                    report::warn(format!("{error:#}"));
                }
            });
        }
    }
    true
}

/// Whether the script's session image, if no code was made beside it, holds all that there is to keep: it was in
/// use, it was saved with the same packages and methods, and nothing was inferred.
fn is_saved(job: &Job, build: &Build) -> bool {
    let folder = build.output.parent();
    let is_own = |image: &Image| image.valid == Valid::Whole && image.path.parent() == folder;
    job.images.sessions.iter().any(is_own)
        && load::are_as_saved()
        && pkgimage_inference::inferred_count() == 0
}

/// Notes a call.
pub fn called(instance: Gc<MethodInstance>) {
    let flags = instance.flags.get();
    if flags & NOTED != 0 {
        return;
    }
    CALLED.with_borrow_mut(|called| {
        if let Some(called) = called {
            instance.flags.set(flags | NOTED);
            called.push(instance.value());
        }
    });
}

/// What is to be kept.
enum Wanted {
    All,
    /// What involves one of these packages.
    Of(BTreeSet<Uuid>),
}

impl Wanted {
    fn holds(&self, instance: Gc<MethodInstance>) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Of(packages) => !Involved::in_instance(instance).packages.is_disjoint(packages),
        }
    }
}

/// What was kept.
struct Saved {
    /// Specializations with code.
    units: usize,
    /// Whether any of them involves Main.
    of_main: bool,
}

/// Writes an image of the session so far.
fn save(job: &Job, build: &Build, wanted: &Wanted) -> Result<Saved> {
    let called: Vec<Gc<MethodInstance>> = CALLED.with_borrow(|called| {
        let list = called.iter().flat_map(|called| called.as_slice());
        list.map(|instance| instance.cast_unchecked()).collect()
    });
    let mut roots = load::still_good();
    roots.extend(called.into_iter().filter(|instance| wanted.holds(*instance)));
    let mut elsewhere = Elsewhere::new(job);
    let ours = |instance, inference: &mut Inference| match &mut elsewhere {
        Some(elsewhere) => !elsewhere.has(instance, inference),
        None => true,
    };
    let making = units::make_inferred(roots, ours);
    let identity = image_writer::identity(build);
    let (_, bound, made) = image_writer::bind(identity.as_bytes(), &making.units)?;
    let of_main = made.iter().any(|made| Involved::in_instance(made.instance).homeless);
    let table = table(&bound, &made)?;
    let with_code = table.units.iter().filter(|unit| unit.entries.is_some());
    let saved = Saved { units: with_code.count(), of_main };
    let bytes = postcard::to_stdvec(&table)?;
    Prepared::with_table(bound, TABLE, bytes).write(job.stamp(build), &build.output)?;
    Ok(saved)
}

/// Saves the session of the prompt, under its own name or another: everything, or what involves some
/// packages. Gives what there is to say.
///
/// # Errors
/// What was not saved, and why.
pub fn save_prompt(name: Option<&str>, wanted: &[String]) -> Result<String> {
    let Some((job, sessions)) = PROMPT.with_borrow(Clone::clone) else {
        bail!("only the prompt's session can be saved, when `cargo pkgimage` runs it");
    };
    let name = name.unwrap_or(&sessions.name);
    if let Some(why) = sessions::misnamed(name) {
        bail!(why);
    }
    let not_saved = || format!("the session {name} was not saved");
    let packages = wanted.iter().map(|wanted| {
        let loaded = packages::loaded().into_iter().find(|(id, _)| id.name == *wanted);
        loaded.map(|(id, _)| id.uuid).with_context(|| format!("no package {wanted} is loaded"))
    });
    let packages = packages.collect::<Result<BTreeSet<Uuid>>>().with_context(not_saved)?;
    let wanted = if packages.is_empty() { Wanted::All } else { Wanted::Of(packages) };

    let subject = sessions::id(&sessions.environment, name);
    let folder = image_files::folder(&job.store, &image_files::stem(Kind::Session, &subject));
    // Two prompts may save the same name: the later one's text and code stay together.
    let lock = match job.store.as_os_str().is_empty() {
        true => Err(anyhow!("there is no store")),
        false => image_files::lock(&folder, |what| eprintln!("waiting {what}")).map_err(Into::into),
    };
    let image = lock.and_then(|lock| {
        let build = Build {
            subject: Kind::Session,
            package: subject,
            recordings: Vec::new(),
            recording: None,
            startup: Vec::new(),
            output: lock.output(),
        };
        let saved = save(&job, &build, &wanted)?;
        Ok((lock, build.output, saved))
    });
    let needs_main = match (&image, &wanted) {
        (Ok((_, _, saved)), Wanted::Of(_)) => saved.of_main,
        _ => true,
    };
    let statements = main_text::statements(needs_main);
    sessions::write(&sessions::path(&sessions.folder, name), &statements)
        .with_context(not_saved)?;
    main_text::saved();
    let definitions = statements.len();
    let adopted = image.and_then(|(lock, output, saved)| {
        lock.adopt(&output)?;
        Ok(saved.units)
    });
    let units = adopted.with_context(|| {
        format!("the session {name} was saved, {definitions} definitions, without native code")
    })?;
    Ok(format!("Saved session {name}: {definitions} definitions, {units} specializations"))
}

/// What the image's code needs, and what it is for.
fn table(bound: &BoundImage<'static>, made: &[&Made]) -> Result<Table> {
    let packages = packages::evaluated_from().into_iter();
    let packages = packages.map(|(uuid, files)| Some((uuid, files?)));
    let packages: Option<Vec<_>> = packages.collect();
    let packages = packages.ok_or_else(|| anyhow!("the image of a package cannot be read"))?;
    let mut forms = FormWriter::default();
    let mut digests = Vec::new();
    let mut methods = BTreeMap::new();
    for (number, method) in load::defined().into_iter().enumerate() {
        digests.push(method_digest(method));
        methods.insert(method.address(), number as u32);
    }
    // One that the session defined and deleted may have replaced one of another image. What relies on what
    // took the place of one asks for that.
    let signatures = dispatch::deleted_methods().into_iter().map(|method| method.signature.get());
    let gone = signatures.filter(|signature| method_of(*signature).is_none());
    let deleted = gone.map(|signature| {
        let table = table_hash(signature)?;
        Some(Deleted { table, signature: forms.value(signature)? })
    });
    let deleted: Option<Vec<Deleted>> = deleted.collect();
    let deleted = deleted.ok_or_else(|| anyhow!("a method that was deleted cannot be named"))?;

    let mut referents: HashMap<&External, &Referent> = HashMap::new();
    for unit in made {
        referents.extend(&unit.emitted.referents);
    }
    // For each slot: what goes into it, unless it cannot be said.
    let slots: Vec<Result<Option<FormId>, ()>> = bound
        .slots()
        .iter()
        .map(|external| match referents.get(external) {
            None => Ok(None),
            Some(referent) => slot(&mut forms, external, referent).map(Some).ok_or(()),
        })
        .collect();
    let mut of_units = HashMap::new();
    for (number, made) in made.iter().enumerate() {
        let read = bound.slots_of(number as u32);
        let externals = read.iter().filter_map(|slot| bound.slots().get(*slot as usize));
        let objects = externals.flat_map(|external| match referents.get(external) {
            Some(Referent::Object(object)) => vec![*object, object.datatype().value()],
            Some(Referent::Callee { instance, .. }) => vec![instance.spec_types.get()],
            None => Vec::new(),
        });
        let objects = objects.collect();
        let inlined = made.emitted.inlined.iter().map(|body| Edge::Inlined(*body));
        let edges = made.edges.iter().cloned().chain(inlined).collect();
        of_units.insert(made.instance, OfUnit { edges, objects });
    }
    let mut bases = Bases::new(&methods, of_units);
    let mut drafts: Vec<Option<Unit>> = (0..made.len() as u32)
        .map(|number| {
            let read = bound.slots_of(number);
            let known = read.iter().all(|at| slots.get(*at as usize).is_some_and(Result::is_ok));
            known.then(|| unit(bound, made, number, &mut forms, &mut bases)).flatten()
        })
        .collect();
    // What the program asked inference (what a comprehension's elements are, say).
    for instance in pkgimage_inference::all_asked() {
        if cache::valid_code(instance, world::current()).is_some() {
            bases.place(instance);
        }
    }
    let Lists { lookups, constants, names, others, types, bases, instances, usable } =
        bases.finish(&mut forms);
    for draft in &mut drafts {
        draft.take_if(|unit| !usable[unit.basis as usize]);
    }
    // What calls one that cannot be used cannot be used, either.
    loop {
        let unusable = drafts.iter().position(|draft| {
            let callees = draft.iter().flat_map(|unit| &unit.callees);
            callees.into_iter().any(|callee| drafts[*callee as usize].is_none())
        });
        let Some(unusable) = unusable else { break };
        drafts[unusable] = None;
    }
    let mut place = 0;
    let places: Vec<u32> = drafts
        .iter()
        .map(|draft| {
            place += u32::from(draft.is_some());
            place.saturating_sub(1)
        })
        .collect();
    let units = drafts.into_iter().flatten().map(|unit| {
        let callees = unit.callees.iter().map(|callee| places[*callee as usize]).collect();
        Unit { callees, ..unit }
    });
    let mut units: Vec<Unit> = units.collect();
    let with_code: HashSet<u32> = units.iter().map(|unit| unit.basis).collect();
    for (place, instance) in instances.into_iter().enumerate() {
        let place = place as u32;
        if usable[place as usize] && !with_code.contains(&place) {
            units.extend(found(instance, place, &mut forms));
        }
    }
    Ok(Table {
        packages,
        units,
        forms: forms.finish(),
        methods: digests,
        deleted,
        types,
        lookups,
        constants,
        names,
        others,
        bases,
        slots: slots.into_iter().map(|slot| slot.ok().flatten()).collect(),
    })
}

/// What inference found of a specialization; none if that is nothing, or cannot be named.
fn found(instance: Gc<MethodInstance>, basis: u32, forms: &mut FormWriter) -> Option<Unit> {
    let code = cache::valid_code(instance, world::current())?;
    let result = match code.return_const.get() {
        Some(result) => Some(forms.value(result)?),
        None => None,
    };
    Some(Unit {
        hash: runtime::types::hash_of(instance.spec_types.get()),
        instance: forms.instance(instance)?,
        convention: Vec::new(),
        returns: forms.value(code.return_type.get())?,
        result,
        effects: code.effects.get(),
        entries: None,
        slots: Vec::new(),
        callees: Vec::new(),
        basis,
    })
}

/// What goes into a slot; none if nothing leads back to it.
fn slot(forms: &mut FormWriter, external: &External, referent: &Referent) -> Option<FormId> {
    let object = match referent {
        Referent::Callee { instance, .. } => return forms.instance(*instance),
        Referent::Object(object) => *object,
    };
    match external {
        External::Global { module, name } => forms.global(module, name, object),
        _ => match (object.cast::<MethodInstance>(), object.cast::<Binding>()) {
            (Some(instance), _) => forms.instance(instance),
            (_, Some(binding)) => forms.binding(binding),
            _ => forms.value(object),
        },
    }
}

/// A unit, with its callees by their numbers in the image; none if it cannot be named.
fn unit(
    bound: &BoundImage<'static>,
    made: &[&Made],
    number: u32,
    forms: &mut FormWriter,
    bases: &mut Bases<'_>,
) -> Option<Unit> {
    let made = made[number as usize];
    let (code, instance) = (made.code?, made.instance);
    let entry = |kind| bound.entry(number, kind);
    let convention = code.abi.get().and_then(|abi| abi.cast::<JuliaString>())?;
    Some(Unit {
        hash: runtime::types::hash_of(instance.spec_types.get()),
        instance: forms.instance(instance)?,
        convention: convention.bytes().to_vec(),
        returns: forms.value(code.return_type.get())?,
        result: code.return_const.get().and_then(|result| forms.value(result)),
        effects: code.effects.get(),
        entries: Some(Entries {
            specialized: entry(FunctionKind::Specialized)?,
            generic: entry(FunctionKind::Generic)?,
        }),
        slots: bound.slots_of(number),
        callees: bound.callees_of(number),
        basis: bases.place(instance),
    })
}
