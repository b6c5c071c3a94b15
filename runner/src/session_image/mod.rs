//! Session images: native code for what a session itself defines: a script, or what was typed at the prompt.
//!
//! A session's definitions are evaluated again at each start, so its types, functions and methods are other
//! objects each time. The code that is kept for them names all objects by what they are made of
//! ([`forms`]), and is used from the first call on whose conditions hold. [`save`] writes the image: units
//! as for any image, linked by the same linker, and a table that says what they need ([`basis`]). [`load`]
//! attaches units, as far as [`holding`] finds that they hold. [`main_text`] has the definitions of the prompt.
//!
//! Base is pinned by the stamp, and each package by what it was evaluated from, whether it comes from its
//! image or from its sources. What the session itself defines is judged unit by unit:
//!
//! - The table lists all methods that the session had at its end, besides those of packages. Each lookup that
//!   code relied on found some of the methods of that moment. Among fewer of them it finds the same, if
//!   those that it found are there.
//! - A method that the table does not know, and one that is deleted, change the lookups that
//!   invalidation says they change, and with them the units whose code relies on those. A unit whose code was
//!   attached and has been invalidated is not attached again.
//! - Constants that the code relied on have the same values, the types that it names the same fields, and
//!   the names in bodies of the session mean the same globals.
//! - Specializations on whose results it relied and that other images had code for have valid code in one now
//!   that says the same of its result: there may be several, for the packages that are loaded at a time.
//!
//! Where the very part of an image is there that was, and its code has not been invalidated, no more is asked: that
//! image's index of edges looks after what the code rests on, and so after bodies of it that were put in place.

mod basis;
mod forms;
mod holding;
pub mod load;
pub mod main_text;
pub mod save;

use pkgimage_image::Digest;
use pkgimage_image::stamp::FileStamp;
use pkgimage_package::Uuid;
use pkgimage_runtime as runtime;
use runtime::code::Code;
use runtime::object::{CodeInstance, JuliaString, Method, TypeName};
use runtime::value::{Gc, Value};
use serde::{Deserialize, Serialize};

use crate::image_parts::Entries;
use forms::{FormId, Forms, PartAt};

/// The section of the table, in `postcard`.
const TABLE: &str = ".pkgimage.session";

/// What the code of a session image needs, and what it is for. All lists refer to one another by places.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Table {
    /// The packages that were loaded, and the files that each was evaluated from.
    packages: Vec<(Uuid, Vec<FileStamp>)>,
    /// The objects that the rest names.
    forms: Forms,
    /// The methods that the session had at its end, by what they are ([`method_digest`]).
    methods: Vec<Digest>,
    /// The methods of other images that the session had deleted, and that nothing took the places of.
    deleted: Vec<Deleted>,
    /// The types of Main that the code names.
    types: Vec<MainType>,
    lookups: Vec<Lookup>,
    constants: Vec<Constant>,
    names: Vec<Name>,
    /// Specializations with code in other images, by their types.
    others: Vec<Other>,
    bases: Vec<Basis>,
    /// What goes into each slot; none for what the slot's external itself names.
    slots: Vec<Option<FormId>>,
    /// The units that can be used, and what is known of specializations whose results those used: who asks
    /// for one need not infer it.
    units: Vec<Unit>,
}

/// What inference relied on for one specialization.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Basis {
    lookups: Vec<u32>,
    constants: Vec<u32>,
    names: Vec<u32>,
    types: Vec<u32>,
    others: Vec<u32>,
    /// The bases of specializations without code in other images whose results or bodies it used.
    uses: Vec<u32>,
    /// Where other code of the specialization is. That rests on all the same, and an index of edges looks
    /// after it.
    home: Option<Home>,
}

/// Where code of another image is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Home {
    /// The hash of the types of its specialization.
    hash: u32,
    part: PartAt,
}

/// A lookup of methods for the types of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Lookup {
    /// The hash of the name of the table that was looked into.
    table: u32,
    signature: FormId,
    /// Whether the methods that were found accept every such call.
    covers: bool,
    found: Vec<Found>,
}

/// A method that a lookup found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Found {
    signature: FormId,
    origin: Origin,
}

/// Whose a method is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Origin {
    Base,
    Package(Uuid),
    /// The session's, by its number.
    Session(u32),
}

/// A method that was there and is not to be.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Deleted {
    /// The hash of the name of its table.
    table: u32,
    signature: FormId,
}

/// A constant binding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Constant {
    binding: FormId,
    /// The digest of what code knows of its value.
    value: Digest,
}

/// What a name means in a module of the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Name {
    module: FormId,
    name: String,
    /// The module whose global it is; none if it was undefined.
    owner: Option<FormId>,
    /// The type that was declared of it.
    declared: Option<FormId>,
}

/// A type of Main, and what it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MainType {
    wrapper: FormId,
    /// See [`type_digest`].
    digest: Digest,
}

/// A specialization with code in another image.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Other {
    /// The hash of its types.
    hash: u32,
    instance: FormId,
    /// What its code says of its result ([`result_digest`]); none if it is Base's own, which is pinned.
    result: Option<Digest>,
    /// The part of an image that holds the code.
    home: Option<PartAt>,
}

/// A unit, or only what inference found of a specialization.
#[derive(Debug, Serialize, Deserialize)]
struct Unit {
    /// The hash of the types of the specialization.
    hash: u32,
    /// The specialization.
    instance: FormId,
    /// How its specialized entry is called.
    convention: Vec<u8>,
    /// What it returns.
    returns: FormId,
    /// What is known of that beyond its type.
    result: Option<FormId>,
    /// Its effects, as code instances say them.
    effects: u32,
    /// Where its code is, if it has any.
    entries: Option<Entries>,
    /// The slots that it reads.
    slots: Vec<u32>,
    /// The units that it calls directly.
    callees: Vec<u32>,
    /// What it relies on.
    basis: u32,
}

/// What a method is: its signature, and the code it runs. Where it stands does not matter: lines count from
/// its first one.
fn method_digest(method: Gc<Method>) -> Digest {
    let bytes = |value: Option<Value>| {
        let text = value.and_then(|value| value.cast::<JuliaString>());
        text.map_or(Vec::new(), |text| text.bytes().to_vec())
    };
    let (source, generator) = (method.source.get(), method.generator.get());
    let roots: Vec<Option<Value>> =
        method.roots.get().map_or(Vec::new(), |roots| roots.references().to_vec());
    let file = method.file.get().value();
    let body = match Code::from_bytes(&bytes(source)) {
        Some(mut code) => {
            for (root, line) in &mut code.lines {
                if roots.get(root.0 as usize) == Some(&Some(file)) {
                    *line = line.wrapping_sub(method.line.get() as u32);
                }
            }
            code.to_bytes()
        }
        None => bytes(source),
    };
    // The length keeps the two apart.
    let mut text = (body.len() as u64).to_le_bytes().to_vec();
    text.extend(body);
    text.extend(bytes(generator));
    let mut objects = vec![Some(method.signature.get()), generator];
    objects.extend(roots.iter().map(|root| root.filter(|root| *root != file)));
    forms::digest(&text, &objects)
}

/// What callers know of a code instance: the type of its result, and what is known beyond that; its effects.
fn result_digest(code: Gc<CodeInstance>) -> Digest {
    let effects = code.effects.get().to_le_bytes();
    forms::digest(&effects, &[Some(code.return_type.get()), code.return_const.get()])
}

/// What a type of Main is: whether its objects can change, its fields, its supertype.
fn type_digest(name: Gc<TypeName>) -> Option<Digest> {
    let wrapper = name.wrapper.get()?;
    let ty = runtime::types::unwrap_unionall(wrapper).cast::<runtime::object::DataType>()?;
    let mut objects: Vec<Option<Value>> = vec![Some(wrapper)];
    // Types of fields name the type's own variables.
    let around = |ty: Value| Some(runtime::types::rewrap(ty, wrapper));
    objects.extend(name.names.get().items().iter().map(|&field| Some(field)));
    let fields = ty.types.get();
    objects.extend(fields.iter().flat_map(|types| types.items()).map(|&field| around(field)));
    objects.push(ty.super_type.get().and_then(|above| around(above.value())));
    Some(forms::digest(&[u8::from(ty.is_mutable())], &objects))
}
