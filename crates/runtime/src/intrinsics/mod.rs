//! `Core.Intrinsics`: the machine operations that Base's number types are made of.
//!
//! An intrinsic is a value of the primitive type `IntrinsicFunction`: its index in [`INTRINSICS`].
//! These are the interpreter's implementations; the code generator emits instructions of the same
//! meaning.

mod bits;
mod floats;
mod integers;
mod pointers;
mod wide;

use crate::error::{self, Result, argument_count};
use crate::known::known;
use crate::module::new_module;
use crate::object::new_bits;
use crate::symbol::symbol;
use crate::value::Value;

/// Name, number of arguments, implementation.
type Entry = (&'static str, usize, fn(&[Value]) -> Result<Value>);

/// All intrinsics, in a fixed order: the index is the value.
pub static INTRINSICS: &[Entry] = &[
    ("bitcast", 2, bits::bitcast),
    ("neg_int", 1, integers::neg),
    ("add_int", 2, integers::add),
    ("sub_int", 2, integers::sub),
    ("mul_int", 2, integers::mul),
    ("sdiv_int", 2, integers::sdiv),
    ("udiv_int", 2, integers::udiv),
    ("srem_int", 2, integers::srem),
    ("urem_int", 2, integers::urem),
    ("checked_sadd_int", 2, integers::checked_sadd),
    ("checked_uadd_int", 2, integers::checked_uadd),
    ("checked_ssub_int", 2, integers::checked_ssub),
    ("checked_usub_int", 2, integers::checked_usub),
    ("checked_smul_int", 2, integers::checked_smul),
    ("checked_umul_int", 2, integers::checked_umul),
    ("checked_sdiv_int", 2, integers::checked_sdiv),
    ("checked_udiv_int", 2, integers::udiv),
    ("checked_srem_int", 2, integers::checked_srem),
    ("checked_urem_int", 2, integers::urem),
    ("eq_int", 2, integers::eq),
    ("ne_int", 2, integers::ne),
    ("slt_int", 2, integers::slt),
    ("ult_int", 2, integers::ult),
    ("sle_int", 2, integers::sle),
    ("ule_int", 2, integers::ule),
    ("and_int", 2, integers::and),
    ("or_int", 2, integers::or),
    ("xor_int", 2, integers::xor),
    ("not_int", 1, integers::not),
    ("shl_int", 2, integers::shl),
    ("lshr_int", 2, integers::lshr),
    ("ashr_int", 2, integers::ashr),
    ("bswap_int", 1, integers::bswap),
    ("ctpop_int", 1, integers::ctpop),
    ("ctlz_int", 1, integers::ctlz),
    ("cttz_int", 1, integers::cttz),
    ("flipsign_int", 2, integers::flipsign),
    ("sext_int", 2, bits::sext),
    ("zext_int", 2, bits::zext),
    ("trunc_int", 2, bits::trunc),
    ("sitofp", 2, floats::sitofp),
    ("uitofp", 2, floats::uitofp),
    ("fptosi", 2, floats::fptosi),
    ("fptoui", 2, floats::fptoui),
    ("fpext", 2, floats::convert),
    ("fptrunc", 2, floats::convert),
    ("neg_float", 1, floats::neg),
    ("add_float", 2, floats::add),
    ("sub_float", 2, floats::sub),
    ("mul_float", 2, floats::mul),
    ("div_float", 2, floats::div),
    ("rem_float", 2, floats::rem),
    ("fma_float", 3, floats::fma),
    ("muladd_float", 3, floats::muladd),
    ("neg_float_fast", 1, floats::neg),
    ("add_float_fast", 2, floats::add),
    ("sub_float_fast", 2, floats::sub),
    ("mul_float_fast", 2, floats::mul),
    ("div_float_fast", 2, floats::div),
    ("rem_float_fast", 2, floats::rem),
    ("eq_float", 2, floats::eq),
    ("ne_float", 2, floats::ne),
    ("lt_float", 2, floats::lt),
    ("le_float", 2, floats::le),
    ("eq_float_fast", 2, floats::eq),
    ("ne_float_fast", 2, floats::ne),
    ("lt_float_fast", 2, floats::lt),
    ("le_float_fast", 2, floats::le),
    ("fpiseq", 2, floats::is_equal),
    ("abs_float", 1, floats::abs),
    ("copysign_float", 2, floats::copysign),
    ("ceil_llvm", 1, floats::ceil),
    ("floor_llvm", 1, floats::floor),
    ("trunc_llvm", 1, floats::trunc),
    ("rint_llvm", 1, floats::rint),
    ("sqrt_llvm", 1, floats::sqrt),
    ("sqrt_llvm_fast", 1, floats::sqrt),
    ("have_fma", 1, floats::have_fma),
    ("add_ptr", 2, integers::add),
    ("sub_ptr", 2, integers::sub),
    ("pointerref", 3, pointers::pointerref),
    ("pointerset", 4, pointers::pointerset),
    ("atomic_fence", 1, pointers::fence),
    ("atomic_pointerref", 2, pointers::atomic_ref),
    ("atomic_pointerset", 3, pointers::atomic_set),
    ("atomic_pointerswap", 3, pointers::atomic_swap),
    ("atomic_pointermodify", 4, pointers::atomic_modify),
    ("atomic_pointerreplace", 5, pointers::atomic_replace),
    ("arraylen", 1, pointers::arraylen),
    ("cglobal", 2, pointers::cglobal),
    ("llvmcall", 3, pointers::llvmcall),
];

/// The index of an intrinsic function object.
pub fn index_of(f: Value) -> usize {
    // SAFETY: an IntrinsicFunction has four bytes of payload.
    unsafe { f.read::<u32>(0) as usize }
}

/// Calls an intrinsic.
pub fn call(f: Value, arguments: &[Value]) -> Result<Value> {
    let Some(&(name, count, implementation)) = INTRINSICS.get(index_of(f)) else {
        return Err(error::error("unknown intrinsic"));
    };
    if name == "cglobal" && arguments.len() == 1 {
        return implementation(arguments);
    }
    if arguments.len() < count {
        return Err(argument_count(name, count, true));
    }
    if arguments.len() > count && name != "llvmcall" {
        return Err(argument_count(name, count, false));
    }
    implementation(arguments)
}

/// Makes `Core.Intrinsics`.
pub(crate) fn boot() {
    let core = known().core_module;
    let module = new_module(symbol("Intrinsics"), Some(core));
    core.set_const("Intrinsics", module);
    for (index, &(name, ..)) in INTRINSICS.iter().enumerate() {
        let f = new_bits(known().intrinsic_function, index as u32);
        module.set_const(name, f);
        module.export(symbol(name));
    }
    let own = symbol("Intrinsics");
    module.set_const("Intrinsics", module);
    module.export(own);
    // `Core.bitcast` is `Core.Intrinsics.bitcast`.
    core.use_module(module);
}
