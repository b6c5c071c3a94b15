//! The table of a session image as plain data: what stands in its section, in `postcard`. What it means is said
//! where it is written ([`super::save`], [`super::basis`], [`super::forms`]) and where it is used
//! ([`super::load`], [`super::holding`]).

use pkgimage_image::Digest;
use pkgimage_image::inputs::Inputs;
use pkgimage_package::Uuid;
use serde::{Deserialize, Serialize};

use crate::image_parts::Entries;
use crate::images::PartId;

/// The place of a form in its table. What a form is made of stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FormId(pub(super) u32);

/// The place of a part of an image in a table's list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartAt(pub(super) u32);

/// Where an object of an image lies: the part, and how far into its heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) part: PartAt,
    pub(super) offset: u32,
}

/// An object, by what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Form {
    /// A module that is in no other.
    Root(Root),
    /// The value of a global of a module.
    Global(FormId, String),
    /// The binding of a global of a module.
    Binding(FormId, String),
    /// The type of an object: how functions' types are named.
    TypeOf(FormId),
    /// The only instance of a type.
    Instance(FormId),
    /// A type with parameters.
    Apply(FormId, Vec<FormId>),
    /// A tuple type.
    Tuple(Vec<FormId>),
    /// A union of two types.
    Union(FormId, FormId),
    /// A type with a variable, by the variable's bounds and the type's body.
    UnionAll { lower: FormId, upper: FormId, body: FormId },
    /// The variable of a `UnionAll` around it: 0 is that of the innermost one.
    Variable(u32),
    /// `Vararg`, with the type of its elements and their number.
    Vararg(Option<FormId>, Option<FormId>),
    /// `Union{}`.
    Bottom,
    /// A symbol.
    Symbol(String),
    /// A string.
    String(Vec<u8>),
    /// An object of plain data: its type and its bytes.
    Bits(FormId, Vec<u8>),
    /// An immutable object: its type and its fields, as far as they are defined.
    Immutable(FormId, Vec<FormId>),
    /// The name of a global in a module.
    GlobalRef(FormId, String),
    /// A simple vector.
    Vector(Vec<FormId>),
    /// The specialization that a call with these types runs.
    Specialization(FormId),
    /// Some mutable object of this type, of which no code knows more.
    Mutable(FormId),
}

/// A module that is in no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Root {
    Core,
    Base,
    Main,
    Package(Uuid),
}

/// A table of forms.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Forms {
    pub(super) forms: Vec<Form>,
    /// Where the objects lie, form by form.
    pub(super) places: Vec<Option<Place>>,
    /// The parts of images that the table names.
    pub(super) parts: Vec<PartId>,
}

/// What the code of a session image needs, and what it is for. All lists refer to one another by places.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Table {
    /// The packages that were loaded, and what each was evaluated from.
    pub(super) packages: Vec<(Uuid, Inputs)>,
    /// The objects that the rest names.
    pub(super) forms: Forms,
    /// The methods that the session had at its end, by what they are ([`super::method_digest`]).
    pub(super) methods: Vec<Digest>,
    /// The methods of other images that the session had deleted, and that nothing took the places of.
    pub(super) deleted: Vec<Deleted>,
    /// The types of Main that the code names.
    pub(super) types: Vec<MainType>,
    pub(super) lookups: Vec<Lookup>,
    pub(super) constants: Vec<Constant>,
    pub(super) names: Vec<Name>,
    /// Specializations with code in other images, by their types.
    pub(super) others: Vec<Other>,
    pub(super) bases: Vec<Basis>,
    /// What goes into each slot; none for what the slot's external itself names.
    pub(super) slots: Vec<Option<FormId>>,
    /// The units that can be used, and what is known of specializations whose results those used: who asks
    /// for one need not infer it.
    pub(super) units: Vec<Unit>,
}

/// What inference relied on for one specialization.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Basis {
    pub(super) lookups: Vec<u32>,
    pub(super) constants: Vec<u32>,
    pub(super) names: Vec<u32>,
    pub(super) types: Vec<u32>,
    pub(super) others: Vec<u32>,
    /// The bases of specializations without code in other images whose results or bodies it used.
    pub(super) uses: Vec<u32>,
    /// Where other code of the specialization is. That rests on all the same, and an index of edges looks
    /// after it.
    pub(super) home: Option<Home>,
}

/// Where code of another image is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Home {
    /// The hash of the types of its specialization.
    pub(super) hash: u32,
    pub(super) part: PartAt,
}

/// A lookup of methods for the types of a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Lookup {
    /// The hash of the name of the table that was looked into.
    pub(super) table: u32,
    pub(super) signature: FormId,
    /// Whether the methods that were found accept every such call.
    pub(super) covers: bool,
    pub(super) found: Vec<Found>,
}

/// A method that a lookup found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) signature: FormId,
    pub(super) origin: Origin,
}

/// Whose a method is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Origin {
    Base,
    Package(Uuid),
    /// The session's, by its number.
    Session(u32),
}

/// A method that was there and is not to be.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Deleted {
    /// The hash of the name of its table.
    pub(super) table: u32,
    pub(super) signature: FormId,
}

/// A constant binding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Constant {
    pub(super) binding: FormId,
    /// The digest of what code knows of its value.
    pub(super) value: Digest,
}

/// What a name means in a module of the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Name {
    pub(super) module: FormId,
    pub(super) name: String,
    /// The module whose global it is; none if it was undefined.
    pub(super) owner: Option<FormId>,
    /// The type that was declared of it.
    pub(super) declared: Option<FormId>,
}

/// A type of Main, and what it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MainType {
    pub(super) wrapper: FormId,
    /// See [`super::type_digest`].
    pub(super) digest: Digest,
}

/// A specialization with code in another image.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Other {
    /// The hash of its types.
    pub(super) hash: u32,
    pub(super) instance: FormId,
    /// What its code says of its result ([`super::result_digest`]); none if it is Base's own, which is pinned.
    pub(super) result: Option<Digest>,
    /// The part of an image that holds the code.
    pub(super) home: Option<PartAt>,
}

/// A unit, or only what inference found of a specialization.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Unit {
    /// The hash of the types of the specialization.
    pub(super) hash: u32,
    /// The specialization.
    pub(super) instance: FormId,
    /// How its specialized entry is called.
    pub(super) convention: Vec<u8>,
    /// What it returns.
    pub(super) returns: FormId,
    /// What is known of that beyond its type.
    pub(super) result: Option<FormId>,
    /// Its effects, as code instances say them.
    pub(super) effects: u32,
    /// Where its code is, if it has any.
    pub(super) entries: Option<Entries>,
    /// The slots that it reads.
    pub(super) slots: Vec<u32>,
    /// The units that it calls directly.
    pub(super) callees: Vec<u32>,
    /// What it relies on.
    pub(super) basis: u32,
}
