//! Session images: native code for what a session itself defines: a script, or what was typed at the prompt.
//!
//! A session's definitions are evaluated again at each start, so its types, functions and methods are other
//! objects each time. The code that is kept for them names all objects by what they are made of
//! ([`forms`]), and is used from the first call on whose conditions hold. [`save`] writes the image: units
//! as for any image, linked by the same linker, and a table that says what they need ([`basis`]). [`load`]
//! attaches units, as far as [`holding`] finds that they hold. [`table`] is its form. [`main_text`] has the definitions of the prompt.
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
mod elsewhere;
mod forms;
mod holding;
pub mod load;
pub mod main_text;
pub mod save;
mod table;

use pkgimage_image::Digest;
use pkgimage_runtime as runtime;
use runtime::code::Code;
use runtime::object::{CodeInstance, JuliaString, Method, TypeName};
use runtime::value::{Gc, Value};

use table::{
    Basis, Constant, Deleted, Found, Home, Lookup, MainType, Name, Origin, Other, Table, Unit,
};

/// The section of the table, in `postcard`.
const TABLE: &str = ".pkgimage.session";

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
