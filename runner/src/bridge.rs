//! Calls from native code to what has no native code (yet): the arguments are taken from the
//! registers and boxed, the runtime makes the call, and its result goes back as the convention says.

use pkgimage_image::code::Registers;
use pkgimage_inference::Lattice;
use pkgimage_inference::emit::{self, Abi, Shape, leaves, memory_layout};
use pkgimage_ir::{Ret, Signature, Type};
use pkgimage_runtime as runtime;
use runtime::error::{self, Thrown};
use runtime::gc::{self, RootVec};
use runtime::known::known;
use runtime::object::{DataType, Method, MethodInstance, box_int64};
use runtime::value::{Gc, Value};
use runtime::{fields, interpreter, native};

/// How a callee is called without native code.
pub struct Bridged {
    instance: Gc<MethodInstance>,
    abi: Abi,
    is_vararg: bool,
}

/// Whether the convention passes integers in pairs of registers, which is left to the compiler.
pub fn has_wide_integers(abi: &Signature) -> bool {
    abi.params.contains(&Type::I128) || abi.ret == Ret::Value(Type::I128)
}

/// The arguments of a call, taken one by one.
struct Incoming<'r> {
    registers: &'r Registers,
    integers: usize,
    floats: usize,
    on_stack: usize,
}

impl Incoming<'_> {
    fn next(&mut self, ty: Type) -> u64 {
        let (register, used) = if ty.is_float() {
            (self.registers.float(self.floats), &mut self.floats)
        } else {
            (self.registers.integer(self.integers), &mut self.integers)
        };
        match register {
            Some(value) => {
                *used += 1;
                value
            }
            None => {
                self.on_stack += 1;
                // SAFETY: the caller passed what the convention lists, of which this is the next.
                unsafe { self.registers.on_stack(self.on_stack - 1) }
            }
        }
    }
}

impl Bridged {
    /// For a callee with this inferred result; none if its convention is not one for this.
    pub fn new(instance: Gc<MethodInstance>, result: &Lattice) -> Option<Bridged> {
        let abi = emit::abi_of(instance, result);
        if has_wide_integers(&abi.signature) {
            return None;
        }
        let method = instance.def.get().cast::<Method>()?;
        Some(Bridged { instance, abi, is_vararg: method.is_vararg.get() })
    }

    /// Makes a call.
    pub fn call(&self, registers: &mut Registers) {
        let has_pointer = self.abi.signature.has_result_pointer();
        let pointer = registers.integer(0).filter(|_| has_pointer).unwrap_or(0);
        let result = self.result(registers, usize::from(has_pointer));
        self.give(result, registers, pointer);
    }

    fn result(&self, registers: &Registers, integers: usize) -> Result<Value, Thrown> {
        let mut incoming = Incoming { registers, integers, floats: 0, on_stack: 0 };
        let mut arguments = RootVec::new();
        for shape in &self.abi.parameters {
            arguments.push(boxed(shape, &mut incoming)?);
        }
        if self.is_vararg {
            let fixed = arguments.as_slice().len() - 1;
            let rest = arguments.as_slice()[fixed];
            arguments.truncate(fixed);
            for i in 0..rest.datatype().field_count() {
                arguments.push(fields::get_nth(rest, i).ok_or_else(error::undef_ref)?);
            }
            interpreter::call_instance(self.instance, arguments.as_slice())
        } else {
            interpreter::call_instance(self.instance, arguments.as_slice())
        }
    }

    /// Puts a result where the convention wants it; an exception is left pending.
    fn give(&self, result: Result<Value, Thrown>, registers: &mut Registers, pointer: u64) {
        let value = match result {
            Ok(value) => value,
            Err(_thrown) => {
                match self.abi.signature.ret {
                    Ret::Boxed | Ret::Union { .. } => registers.set_first(0),
                    Ret::None | Ret::Aggregate { .. } => registers.set_first(1),
                    Ret::Value(ty) if ty.is_float() => registers.set_first(1),
                    Ret::Value(_) | Ret::Pair(..) => registers.set_second(1),
                }
                return;
            }
        };
        let mut scalars = Vec::new();
        unboxed(&self.abi.result, value, &mut scalars);
        match self.abi.signature.ret {
            Ret::None => registers.set_first(0),
            Ret::Boxed | Ret::Union { .. } => registers.set_first(value.address() as u64),
            Ret::Value(ty) => {
                let bits = scalars.first().map_or(0, |&(_, bits)| bits as u64);
                if ty.is_float() {
                    registers.set_float(bits);
                    registers.set_first(0);
                } else {
                    registers.set_first(bits);
                    registers.set_second(0);
                }
            }
            // Not for specializations.
            Ret::Pair(..) => {}
            Ret::Aggregate { .. } => {
                let (offsets, _) = memory_layout(&self.abi.result);
                for ((ty, bits), offset) in scalars.into_iter().zip(offsets) {
                    let bytes = bits.to_le_bytes();
                    let to = (pointer + u64::from(offset)) as *mut u8;
                    // SAFETY: the caller passed the address of space for a result of this layout.
                    unsafe {
                        std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, ty.bytes() as usize);
                    }
                }
                registers.set_first(0);
            }
        }
    }
}

/// The object for an argument.
fn boxed(shape: &Shape, incoming: &mut Incoming<'_>) -> Result<Value, Thrown> {
    let k = known();
    match shape {
        Shape::Ghost(value, _) => Ok(*value),
        Shape::Boxed => native::object_at(incoming.next(Type::I64)).ok_or_else(error::undef_ref),
        Shape::Flat(ty) if *ty == k.bool => {
            Ok(if incoming.next(Type::I8) & 1 != 0 { k.true_ } else { k.false_ })
        }
        Shape::Flat(ty) if *ty == k.int64 => Ok(box_int64(incoming.next(Type::I64) as i64)),
        Shape::Flat(ty) => {
            let object = gc::allocate(*ty, ty.size());
            for leaf in leaves(*ty).unwrap_or_default() {
                let bits = incoming.next(leaf.ty);
                let bytes = leaf.ty.bytes() as usize;
                native::set_payload_scalar(object, leaf.offset as usize, bytes, bits);
            }
            Ok(object)
        }
        Shape::Union(_) => Err(error::error("a union among the arguments of native code")),
    }
}

/// The scalars that hold a value in a shape.
fn unboxed(shape: &Shape, value: Value, out: &mut Vec<(Type, u128)>) {
    match shape {
        Shape::Ghost(..) => {}
        Shape::Boxed => out.push((Type::I64, value.address() as u128)),
        Shape::Flat(ty) => scalars_of(*ty, Some(value), out),
        Shape::Union(members) => {
            let member = Shape::member_of(members, value.datatype()).unwrap_or(0);
            out.push((Type::I8, member as u128));
            for (i, shape) in members.iter().enumerate() {
                if let Shape::Flat(ty) = shape {
                    scalars_of(*ty, (i == member).then_some(value), out);
                }
            }
        }
    }
}

fn scalars_of(ty: Gc<DataType>, value: Option<Value>, out: &mut Vec<(Type, u128)>) {
    for leaf in leaves(ty).unwrap_or_default() {
        let bits = value.map_or(0, |value| {
            native::payload_scalar(value, leaf.offset as usize, leaf.ty.bytes() as usize)
        });
        out.push((leaf.ty, bits));
    }
}
