//! Session images: native code for what a script itself defines.
//!
//! A script's top level runs again at each start, so its types, functions and methods are other
//! objects each time. The code that is kept for them names all objects by what they are made of
//! ([`forms`]), and is used from the first call on whose conditions hold ([`load`]). [`save`] writes the image at the end of a
//! run: units as for any image, linked by the same linker, and a table that says what they need.
//!
//! Base is pinned by the stamp, and each package by what it was evaluated from, whether it comes from its
//! image or from its sources. What the session itself defines is checked by these rules:
//!
//! - The table lists all methods that the session had defined, besides those of packages. Code that is valid at
//!   the end of the session stays valid while only some of them are defined, as long as those that it
//!   relied on are: a lookup among fewer methods finds the same, if it finds all of these.
//! - A method that the table does not know, a method that is deleted and a constant that is defined
//!   anew end the use of the image.
//! - A session that deletes methods is not kept: its code would find fewer than there are at first.
//! - Constants that the code relied on have the same values, and the types that it names the same fields.

mod forms;
pub mod load;
pub mod save;

use std::collections::BTreeSet;

use pkgimage_image::Digest;
use pkgimage_package::Uuid;
use pkgimage_runtime as runtime;
use runtime::object::{JuliaString, Method, TypeName};
use runtime::value::{Gc, Value};
use serde::{Deserialize, Serialize};

use crate::image_parts::Entries;
use forms::{FormId, Forms};

/// The section of the table, in `postcard`.
const TABLE: &str = ".pkgimage.session";

/// What the code of a session image needs, and what it is for.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Table {
    /// The packages that were loaded, and the digest of what each was evaluated from.
    packages: Vec<(Uuid, Digest)>,
    /// The objects that the rest names.
    forms: Forms,
    /// The methods that the session itself defined, by what they are ([`method_digest`]).
    methods: Vec<Digest>,
    /// The types of Main that the code names.
    types: Vec<MainType>,
    /// What goes into each slot; none for what the slot's external itself names.
    slots: Vec<Option<FormId>>,
    /// The units that can be used.
    units: Vec<Unit>,
}

/// A type of Main, and what it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MainType {
    wrapper: FormId,
    /// See [`type_digest`].
    digest: Digest,
}

/// A unit.
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
    /// Where its code is.
    entries: Entries,
    /// The slots that it reads.
    slots: Vec<u32>,
    /// The units that it calls directly, by their places in the table.
    callees: Vec<u32>,
    /// The methods of the session that it relies on, by their numbers, those of what it calls included.
    methods: Vec<u32>,
    /// The packages whose methods it relies on.
    packages: BTreeSet<Uuid>,
    /// The types that it names.
    types: Vec<u32>,
    /// The constants that it relies on.
    constants: Vec<Constant>,
}

/// A constant binding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Constant {
    binding: FormId,
    /// The digest of what code knows of its value.
    value: Digest,
}

/// What a method is: its signature, and the code it runs.
fn method_digest(method: Gc<Method>) -> Digest {
    let bytes = |value: Option<Value>| {
        let text = value.and_then(|value| value.cast::<JuliaString>());
        text.map_or(Vec::new(), |text| text.bytes().to_vec())
    };
    let (source, generator) = (method.source.get(), method.generator.get());
    // The length keeps the two apart.
    let mut text = (bytes(source).len() as u64).to_le_bytes().to_vec();
    text.extend(bytes(source));
    text.extend(bytes(generator));
    let mut objects = vec![Some(method.signature.get()), source, generator];
    let roots = method.roots.get();
    objects.extend(roots.iter().flat_map(|roots| roots.references()));
    forms::digest(&text, &objects)
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
