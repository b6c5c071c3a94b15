//! A short form of any object for panics, traces and tests; no Julia code runs.

use std::fmt::{self, Write};

use crate::known::known;
use crate::object::{
    DataType, Expr, GlobalRef, JuliaString, Method, Module, QuoteNode, SSAValue, SimpleVector,
    SlotNumber, Symbol, TypeVar, Union, UnionAll, Vararg,
};
use crate::value::Value;

/// Writes the short form.
pub fn write_value(f: &mut dyn Write, value: Value) -> fmt::Result {
    write_limited(f, value, 8)
}

/// The short form as text.
pub fn describe(value: Value) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_value(&mut out, value);
    out
}

fn list(f: &mut dyn Write, items: &[Value], depth: usize) -> fmt::Result {
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write_limited(f, item, depth)?;
    }
    Ok(())
}

fn write_limited(f: &mut dyn Write, value: Value, depth: usize) -> fmt::Result {
    if depth == 0 {
        return f.write_str("…");
    }
    let depth = depth - 1;
    let k = known();
    if let Some(s) = value.cast::<Symbol>() {
        return write!(f, ":{s}");
    }
    if let Some(s) = value.cast::<JuliaString>() {
        return write!(f, "{:?}", s.text());
    }
    if let Some(d) = value.cast::<DataType>() {
        f.write_str(d.name.get().name.get().as_str())?;
        if !d.parameters.get().is_empty() {
            f.write_str("{")?;
            list(f, d.parameters.get().items(), depth)?;
            f.write_str("}")?;
        } else if d.is_tuple() {
            f.write_str("{}")?;
        }
        return Ok(());
    }
    if let Some(u) = value.cast::<Union>() {
        f.write_str("Union{")?;
        write_limited(f, u.a.get(), depth)?;
        f.write_str(", ")?;
        write_limited(f, u.b.get(), depth)?;
        return f.write_str("}");
    }
    if let Some(u) = value.cast::<UnionAll>() {
        let v = u.var.get();
        write_limited(f, u.body.get(), depth)?;
        f.write_str(" where ")?;
        if v.lower.get() != k.bottom {
            write_limited(f, v.lower.get(), depth)?;
            f.write_str("<:")?;
        }
        f.write_str(v.name.get().as_str())?;
        if v.upper.get() != k.any.value() {
            f.write_str("<:")?;
            write_limited(f, v.upper.get(), depth)?;
        }
        return Ok(());
    }
    if let Some(v) = value.cast::<TypeVar>() {
        return f.write_str(v.name.get().as_str());
    }
    if let Some(v) = value.cast::<Vararg>() {
        f.write_str("Vararg{")?;
        if let Some(e) = v.element.get() {
            write_limited(f, e, depth)?;
        }
        if let Some(n) = v.count.get() {
            f.write_str(", ")?;
            write_limited(f, n, depth)?;
        }
        return f.write_str("}");
    }
    if value == k.bottom {
        return f.write_str("Union{}");
    }
    if let Some(m) = value.cast::<Module>() {
        let path: Vec<String> = m.path().iter().map(|s| s.to_string()).collect();
        return f.write_str(&path.join("."));
    }
    if let Some(e) = value.cast::<Expr>() {
        write!(f, "({}", e.head.get())?;
        for item in e.args.get().references() {
            f.write_str(" ")?;
            match item {
                Some(item) => write_limited(f, *item, depth)?,
                None => f.write_str("#undef")?,
            }
        }
        return f.write_str(")");
    }
    if let Some(q) = value.cast::<QuoteNode>() {
        f.write_str("(inert ")?;
        write_limited(f, q.value.get(), depth)?;
        return f.write_str(")");
    }
    if let Some(g) = value.cast::<GlobalRef>() {
        return write!(f, "{}.{}", g.module.get().name.get(), g.name.get());
    }
    if let Some(s) = value.cast::<SSAValue>() {
        return write!(f, "%{}", s.id.get());
    }
    if let Some(s) = value.cast::<SlotNumber>() {
        return write!(f, "_{}", s.id.get());
    }
    if let Some(m) = value.cast::<Method>() {
        write!(f, "method {} ", m.name.get())?;
        return write_limited(f, m.signature.get(), depth);
    }
    if let Some(v) = value.cast::<SimpleVector>() {
        f.write_str("svec(")?;
        for item in v.raw_items() {
            match item {
                Some(item) => write_limited(f, *item, depth)?,
                None => f.write_str("#undef")?,
            }
            f.write_str(", ")?;
        }
        return f.write_str(")");
    }
    if value == k.nothing {
        return f.write_str("nothing");
    }
    let ty = value.datatype();
    // SAFETY: these plain-data types have payloads of the sizes read.
    unsafe {
        if ty == k.bool {
            return write!(f, "{}", value.read::<u8>(0) != 0);
        }
        if ty == k.int64 {
            return write!(f, "{}", value.read::<i64>(0));
        }
        if ty == k.int32 {
            return write!(f, "Int32({})", value.read::<i32>(0));
        }
        if ty == k.uint64 {
            return write!(f, "0x{:x}", value.read::<u64>(0));
        }
        if ty == k.float64 {
            return write!(f, "{:?}", value.read::<f64>(0));
        }
    }
    if ty.is_tuple() {
        f.write_str("(")?;
        for i in 0..ty.field_count() {
            if let Some(item) = crate::fields::get_nth(value, i) {
                write_limited(f, item, depth)?;
            }
            f.write_str(",")?;
        }
        return f.write_str(")");
    }
    f.write_str("<")?;
    write_limited(f, ty.value(), 2)?;
    f.write_str(">")
}
