//! Which methods of a table may match a signature at all.

use super::table::all_methods;
use crate::object::{Method, MethodTable};
use crate::types::types_disjoint;
use crate::value::{Gc, Value};

/// The methods, of all worlds, whose signatures may have a common subtype with this one, in order
/// of definition.
pub(super) fn candidates(table: Gc<MethodTable>, signature: Value) -> Vec<Gc<Method>> {
    all_methods(table).filter(|m| !types_disjoint(m.signature.get(), signature)).collect()
}
