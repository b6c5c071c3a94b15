//! What the C functions that Base calls do, so far as calls of Base may be folded or left out for it.

use crate::effects::Effects;

/// The effects of a function, by its name.
pub fn effects(name: &str) -> Effects {
    match name {
        // Questions about types and names, whose answers never change.
        "jl_is_concrete_type"
        | "jl_is_abstract_type"
        | "jl_isbits"
        | "jl_stored_inline"
        | "jl_has_free_typevars"
        | "jl_has_typevar"
        | "jl_is_dispatch_tuple"
        | "jl_is_mutable_datatype"
        | "jl_is_primitivetype"
        | "jl_datatype_alignment"
        | "jl_datatype_haspadding"
        | "jl_datatype_pointerfree"
        | "jl_aligned_sizeof"
        | "jl_module_name"
        | "jl_module_parent"
        | "jl_intrinsic_name_sym"
        | "jl_field_isconst"
        | "jl_field_isatomic"
        | "jl_types_equal"
        | "jl_types_egal"
        | "jl_type_intersection"
        | "jl_argument_datatype"
        | "jl_type_hash"
        | "jl_svec_len"
        | "jl_symbol_name" => Effects::TOTAL,
        "jl_field_index" | "jl_get_field_offset" => Effects::THROWS,
        // Mathematics. Tables of the C library's modes do not matter here.
        "sin" | "cos" | "tan" | "asin" | "acos" | "atan" | "atan2" | "sinh" | "cosh" | "tanh"
        | "exp" | "exp2" | "expm1" | "log" | "log2" | "log10" | "log1p" | "pow" | "cbrt"
        | "fmod" | "fmodf" | "hypot" | "utf8proc_charwidth" | "utf8proc_category"
        | "utf8proc_toupper" | "utf8proc_tolower" | "utf8proc_totitle" | "utf8proc_isupper"
        | "utf8proc_islower" | "jl_id_start_char" | "jl_id_char" | "jl_op_suffix_char" => {
            Effects::TOTAL
        }
        // New objects, and reading memory.
        "jl_alloc_array_1d" | "jl_alloc_array_2d" | "jl_alloc_array_3d" | "jl_new_array"
        | "jl_alloc_string" | "jl_array_copy" | "jl_pchar_to_string" | "jl_cstr_to_string" => {
            Effects { consistent: false, ..Effects::THROWS }
        }
        "memcmp"
        | "memchr"
        | "strlen"
        | "jl_object_id"
        | "memhash_seed"
        | "jl_array_ptr"
        | "jl_string_ptr"
        | "jl_value_ptr"
        | "jl_array_isassigned" => Effects { consistent: false, ..Effects::TOTAL },
        // Symbols of one text are one object.
        "jl_symbol_n" => Effects { consistent: false, ..Effects::THROWS },
        _ => Effects { terminates: true, ..Effects::UNKNOWN },
    }
}
