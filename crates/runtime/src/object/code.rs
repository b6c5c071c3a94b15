//! Lowered code: `CodeInfo` and the nodes that stand in its statements.

use std::cell::Cell;

use super::{Array, heap_struct};
use crate::value::{Field, Gc, Value};

heap_struct! {
    /// Lowered code: statements in a flat list.
    pub struct CodeInfo = "CodeInfo", known code_info, mutable true {
        /// The statements (`Vector{Any}`).
        code: Field<Gc<Array>> => "code": any,
        /// For each statement the index (from 1) of its line (`Vector{Int32}`).
        code_locs: Field<Gc<Array>> => "codelocs": any,
        /// Number of SSA values, or their types after inference.
        ssa_value_types: Field<Option<Value>> => "ssavaluetypes": any,
        /// Flags of each statement (`Vector{UInt8}`); bit 0: in an `@inbounds` region.
        ssa_flags: Field<Option<Value>> => "ssaflags": any,
        /// Lines that `code_locs` refers to (`Vector{Any}` of `LineNumberNode`).
        line_table: Field<Option<Value>> => "linetable": any,
        /// Names of the slots (`Vector{Any}` of `Symbol`).
        slot_names: Field<Gc<Array>> => "slotnames": any,
        /// Flags of the slots (`Vector{UInt8}`).
        slot_flags: Field<Gc<Array>> => "slotflags": any,
        /// Names of the static parameters (`SimpleVector`); undefined for none.
        sparam_names: Field<Option<Value>> => "sparams": any,
        /// The return type, after inference.
        return_type: Field<Option<Value>> => "rettype": any,
        /// The specialization it belongs to.
        parent: Field<Option<Value>> => "parent": any,
        /// First world in which it is valid.
        min_world: Cell<u64> => "min_world": uint64,
        /// Last world in which it is valid.
        max_world: Cell<u64> => "max_world": uint64,
        /// Number of arguments, the function itself included.
        argument_count: Cell<i32> => "nargs": int32,
        /// Whether the last argument collects the rest.
        is_vararg: Cell<bool> => "isva": bool,
        /// Whether it was inferred.
        inferred: Cell<bool> => "inferred": bool,
        /// `@propagate_inbounds`.
        propagate_inbounds: Cell<bool> => "propagate_inbounds": bool,
        /// `@nospecializeinfer`.
        nospecializeinfer: Cell<bool> => "nospecializeinfer": bool,
        /// 0 default, 1 `@inline`, 2 `@noinline`.
        inlining: Cell<u8> => "inlining": uint8,
        /// 0 default, 1 aggressive, 2 none.
        constprop: Cell<u8> => "constprop": uint8,
        /// `@assume_effects` bits.
        purity: Cell<u16> => "purity": uint16,
        /// Whether it has loops (a backward branch).
        has_loops: Cell<bool> => "has_loops": bool,
    }
}

heap_struct! {
    /// The value of an earlier statement, counted from 1.
    pub struct SSAValue = "SSAValue", known ssa_value, mutable false {
        /// Which.
        id: Cell<i64> => "id": int64,
    }
}
heap_struct! {
    /// A local variable, counted from 1; the arguments come first.
    pub struct SlotNumber = "SlotNumber", known slot_number, mutable false {
        /// Which.
        id: Cell<i64> => "id": int64,
    }
}
heap_struct! {
    /// An argument in inferred code, counted from 1.
    pub struct Argument = "Argument", known argument, mutable false {
        /// Which.
        n: Cell<i64> => "n": int64,
    }
}
heap_struct! {
    /// A jump to a statement, counted from 1.
    pub struct GotoNode = "GotoNode", known goto_node, mutable false {
        /// Where.
        label: Cell<i64> => "label": int64,
    }
}
heap_struct! {
    /// A jump taken if the condition is `false`.
    pub struct GotoIfNot = "GotoIfNot", known goto_if_not, mutable false {
        /// The condition.
        condition: Field<Value> => "cond": any,
        /// Where.
        destination: Cell<i64> => "dest": int64,
    }
}
heap_struct! {
    /// The end of the function.
    pub struct ReturnNode = "ReturnNode", known return_node, mutable false {
        /// What it returns; undefined where control cannot come.
        value: Field<Option<Value>> => "val": any,
    }
}
heap_struct! {
    /// A slot becomes undefined here: a new binding of a loop's body.
    pub struct NewvarNode = "NewvarNode", known newvar_node, mutable false {
        /// The slot.
        slot: Field<Value> => "slot": any,
    }
}
heap_struct! {
    /// A join of values by predecessor, in inferred code.
    pub struct PhiNode = "PhiNode", known phi_node, mutable false {
        /// Predecessors (`Vector{Int32}`).
        edges: Field<Value> => "edges": any,
        /// Their values (`Vector{Any}`).
        values: Field<Value> => "values": any,
    }
}

macro_rules! indexed {
    ($($name:ident.$field:ident;)*) => {$(
        impl $name {
            /// A node with this number.
            pub fn new(number: i64) -> Gc<$name> {
                let object = crate::gc::allocate_struct::<$name>();
                object.$field.set(number);
                object
            }
        }
    )*};
}
indexed! { SSAValue.id; SlotNumber.id; Argument.n; GotoNode.label; }

impl GotoIfNot {
    /// A conditional jump.
    pub fn new(condition: Value, destination: i64) -> Gc<GotoIfNot> {
        let object = crate::gc::allocate_struct::<GotoIfNot>();
        object.condition.set(object, condition);
        object.destination.set(destination);
        object
    }
}
impl ReturnNode {
    /// A return of this value.
    pub fn new(value: Option<Value>) -> Gc<ReturnNode> {
        let object = crate::gc::allocate_struct::<ReturnNode>();
        object.value.set(object, value);
        object
    }
}
impl NewvarNode {
    /// The slot becomes undefined.
    pub fn new(slot: Value) -> Gc<NewvarNode> {
        let object = crate::gc::allocate_struct::<NewvarNode>();
        object.slot.set(object, slot);
        object
    }
}
