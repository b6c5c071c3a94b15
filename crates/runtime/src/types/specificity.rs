//! Which of two method signatures is more specific.

use super::{intersect_with_env, subtype};
use crate::value::Value;

/// Whether `a` is more specific than `b`.
pub fn more_specific(a: Value, b: Value) -> bool {
    let forward =
        subtype(a, b) || intersect_with_env(super::unwrap_unionall(a), b).is_some_and(|e| e.covers);
    let back =
        subtype(b, a) || intersect_with_env(super::unwrap_unionall(b), a).is_some_and(|e| e.covers);
    forward && !back
}
