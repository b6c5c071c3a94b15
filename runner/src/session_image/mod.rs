//! Session images: native code for what a script itself defines.
//!
//! A script's top level runs again at each start, so its types, functions and methods are other
//! objects each time. The code that is kept for them names all objects as text ([`portable`]), and is
//! used from the first call on whose conditions hold ([`load`]). [`save`] writes the image at the end of a
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
//! - Constants that the code relied on have the same values, and the types that it names the same fields.

pub mod load;
mod portable;
pub mod save;

use std::collections::BTreeSet;

use pkgimage_image::Digest;
use pkgimage_package::Uuid;
use pkgimage_runtime as runtime;
use runtime::object::{JuliaString, Method, TypeName};
use runtime::value::{Gc, Value};
use serde::{Deserialize, Serialize};

use crate::image_parts::Entries;
use crate::signature;
use portable::Portable;

/// The section of the table, in `postcard`.
const TABLE: &str = ".pkgimage.session";

/// What the code of a session image needs, and what it is for.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Table {
    /// The packages that were loaded, and the digest of what each was evaluated from.
    packages: Vec<(Uuid, Digest)>,
    /// The methods that the session itself defined.
    methods: Vec<Definition>,
    /// The types of Main that the code names.
    types: Vec<Definition>,
    /// What goes into each slot; none for what the slot's external itself names.
    slots: Vec<Option<Portable>>,
    /// The units that can be used, by signature.
    units: Vec<Unit>,
}

/// A method or a type, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Definition {
    /// The signature, or the name.
    text: String,
    /// The digest of its source, or of its fields.
    digest: Digest,
}

/// A unit.
#[derive(Debug, Serialize, Deserialize)]
struct Unit {
    /// The types of the specialization.
    signature: String,
    /// How its specialized entry is called.
    convention: Vec<u8>,
    /// What it returns.
    returns: Portable,
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
    /// Its module, as text.
    module: String,
    /// Its name.
    name: String,
    /// Its value.
    value: Portable,
}

/// A method as the table lists it; none if it has no text.
fn method_definition(method: Gc<Method>) -> Option<Definition> {
    let text = signature::local_text(method.signature.get())?;
    let source = |value: Option<Value>| match value {
        Some(value) => match value.cast::<JuliaString>() {
            Some(bytes) => bytes.bytes().to_vec(),
            None => signature::local_text(value).unwrap_or_default().into_bytes(),
        },
        None => Vec::new(),
    };
    let roots = method.roots.get();
    let roots: Vec<Vec<u8>> = roots
        .iter()
        .flat_map(|roots| roots.references())
        .map(|root| {
            let portable = root.and_then(Portable::of_value);
            // Only a digest is wanted: what has no form counts as nothing.
            portable.and_then(|portable| postcard::to_stdvec(&portable).ok()).unwrap_or_default()
        })
        .collect();
    let own = [source(method.source.get()), source(method.generator.get())];
    let parts = own.iter().chain(&roots).map(Vec::as_slice);
    Some(Definition { text, digest: Digest::of_parts(parts) })
}

/// A type of Main as the table lists it.
fn type_definition(name: Gc<TypeName>) -> Option<Definition> {
    let wrapper = name.wrapper.get()?;
    let text = signature::local_text(wrapper)?;
    let ty = runtime::types::unwrap_unionall(wrapper).cast::<runtime::object::DataType>()?;
    let part = |value: Value| match Portable::of_value(value) {
        Some(portable) => postcard::to_stdvec(&portable).unwrap_or_default(),
        None => signature::local_text(value).unwrap_or_default().into_bytes(),
    };
    let mut parts = vec![vec![u8::from(ty.is_mutable())]];
    parts.extend(name.names.get().items().iter().map(|&field| part(field)));
    parts.extend(ty.types.get().iter().flat_map(|types| types.items()).map(|&field| part(field)));
    parts.extend(ty.super_type.get().map(|above| part(above.value())));
    Some(Definition { text, digest: Digest::of_parts(parts.iter().map(Vec::as_slice)) })
}
