//! Backtraces: the calls that were active when an exception was thrown, or are now.
//!
//! Native code is found by the return addresses on the stack ([`unwind`]), what is interpreted by the
//! frames that the interpreter keeps; where each lies on the stack says how they interleave. What was
//! captured is a list of entries as Base's `backtrace` gives it: an address of native code, or a frame. What
//! stands at an address is asked for when somebody wants to see it.

mod unwind;

use crate::gc;
use crate::hooks::hooks;
use crate::interpreter::trace::{self, Call};
use crate::known::known;
use crate::object::{
    Array, JuliaString, Method, MethodInstance, SimpleVector, Symbol, box_bool, box_int64,
    box_pointer,
};
use crate::value::{Gc, Value};

/// How many of the innermost calls are kept.
const LIMIT: usize = 1000;

/// A call that stands at an address of native code.
#[derive(Clone, Copy, Debug)]
pub struct CodeFrame {
    /// Name of the function.
    pub function: Gc<Symbol>,
    /// File of the code.
    pub file: Gc<Symbol>,
    /// The line.
    pub line: u32,
    /// Its method, if it is known.
    pub method: Option<Gc<Method>>,
    /// The specialization, if it is known.
    pub instance: Option<Gc<MethodInstance>>,
    /// Whether it was put in place in its caller.
    pub inlined: bool,
}

/// The calls that are active: a simple vector of the native addresses (eight bytes each; zero for a
/// frame of the interpreter), then those frames.
pub fn capture() -> Value {
    let mut addresses: Vec<u8> = Vec::new();
    let mut frames: Vec<Value> = vec![known().nothing];
    let mut calls = trace::Calls::active().peekable();
    let mut count = 0;
    let mut add = |address: usize, frame: Option<Value>| {
        addresses.extend_from_slice(&(address as u64).to_le_bytes());
        frames.extend(frame);
        count += 1;
        count < LIMIT
    };
    if trace::has_native() {
        unwind::walk(gc::stack_base(), |address, stack_pointer| {
            // What lies deeper on the stack was called by it.
            while let Some(call) = calls.next_if(|call| call.stack_address < stack_pointer) {
                if !add(0, Some(of_call(&call))) {
                    return false;
                }
            }
            add(address, None)
        });
    }
    for call in calls {
        if !add(0, Some(of_call(&call))) {
            break;
        }
    }
    frames[0] = JuliaString::new(&addresses).value();
    SimpleVector::new(&frames).value()
}

/// A captured backtrace as Base wants it: a `Vector{Any}` of pointers and frames, innermost first.
pub fn entries(captured: Value) -> Gc<Array> {
    let list = Gc::<Array>::vector_of_any(&[]);
    let Some(captured) = captured.cast::<SimpleVector>() else { return list };
    let Some((addresses, frames)) = captured.items().split_first() else { return list };
    let Some(addresses) = addresses.cast::<JuliaString>() else { return list };
    let mut frames = frames.iter();
    for address in addresses.bytes().chunks_exact(8) {
        let address = address.iter().rev().fold(0, |word, byte| word << 8 | usize::from(*byte));
        let entry = match address {
            0 => frames.next().copied(),
            _ => Some(box_pointer(address)),
        };
        if let Some(entry) = entry {
            list.push_reference(entry);
        }
    }
    list
}

/// The calls that are active now, innermost first.
pub fn active_frames() -> Vec<CodeFrame> {
    let mut frames = Vec::new();
    let mut calls = trace::Calls::active().map(|call| frame_of(&call)).peekable();
    if trace::has_native() {
        let mut interpreted = trace::Calls::active().map(|call| call.stack_address).peekable();
        unwind::walk(gc::stack_base(), |address, stack_pointer| {
            while interpreted.next_if(|at| *at < stack_pointer).is_some() {
                frames.extend(calls.next());
            }
            frames.extend(hooks().frames_at(address));
            frames.len() < LIMIT
        });
    }
    frames.extend(calls);
    frames
}

/// What stands at an address of native code: a `Vector{Any}` of frames, innermost first; empty for what is no code
/// of Julia.
pub fn lookup(address: usize) -> Gc<Array> {
    let frames: Vec<Value> = hooks().frames_at(address).iter().map(of_frame).collect();
    Gc::<Array>::vector_of_any(&frames)
}

fn of_call(call: &Call) -> Value {
    of_frame(&frame_of(call))
}

fn frame_of(call: &Call) -> CodeFrame {
    CodeFrame {
        function: call.function,
        file: call.file,
        line: call.line,
        method: call.method,
        instance: call.instance,
        inlined: false,
    }
}

/// A frame for Base: function, file, line, code, whether it was inlined.
fn of_frame(frame: &CodeFrame) -> Value {
    let instance = frame.instance.map(|instance| instance.value());
    let code = instance.or(frame.method.map(|method| method.value()));
    let line = box_int64(i64::from(frame.line));
    let parts = [
        frame.function.value(),
        frame.file.value(),
        line,
        code.unwrap_or(known().nothing),
        box_bool(frame.inlined),
    ];
    SimpleVector::new(&parts).value()
}
