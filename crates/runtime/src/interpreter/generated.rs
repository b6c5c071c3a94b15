//! Bodies of `@generated` functions: made once per specialization by calling the generator.

use std::rc::Rc;

use crate::code::cache::{self, roots_of};
use crate::code::{Code, build};
use crate::error::{self, Result};
use crate::gc::RootVec;
use crate::lowering;
use crate::object::{
    Array, DataType, GlobalRef, JuliaString, Method, MethodInstance, SimpleVector, Symbol,
};
use crate::trees::Trees;
use crate::types;
use crate::value::{Gc, Value};

/// A body and its roots.
pub struct Body {
    /// The code.
    pub code: Rc<Code>,
    /// Its roots.
    pub roots: &'static [Value],
}

/// The body to run for a specialization; none if the method has no body.
pub fn code_for(instance: Gc<MethodInstance>, method: Gc<Method>) -> Result<Option<Body>> {
    let Some(code) = cache::code_of(method) else { return Ok(None) };
    let Some(generator) = &code.generator else {
        return Ok(Some(Body { code, roots: roots_of(method) }));
    };
    if let Some(made) = instance.uninferred.get().and_then(|u| u.cast::<SimpleVector>()) {
        return Ok(body_of(made));
    }
    let roots = roots_of(method);
    let reference: Gc<GlobalRef> = roots[generator.function.0 as usize].cast_unchecked();
    let function = super::frame::global_value(reference)?;
    let types = types::unwrap_unionall(instance.spec_types.get());
    let Some(types) = types.cast::<DataType>() else { return Ok(None) };
    let parameters = types.parameters.get();
    let mut arguments = RootVec::of(&[function]);
    arguments.extend(instance.sparam_values.get().items().iter().copied());
    let fixed = if code.is_vararg {
        code.argument_count as usize - 1
    } else {
        code.argument_count as usize
    };
    arguments.extend(parameters.items().iter().take(fixed).copied());
    if code.is_vararg {
        let rest = parameters.items().get(fixed..).unwrap_or(&[]);
        arguments.push(crate::fields::new_tuple(rest));
    }
    let world = crate::world::current();
    let result = super::call::apply_in_world(arguments.as_slice(), world)?;
    let made = lower_body(method, &code, result)?;
    instance.uninferred.set(instance, Some(made.value()));
    Ok(body_of(made))
}

fn body_of(made: Gc<SimpleVector>) -> Option<Body> {
    let code = cache::decoded(made.get(0)?)?;
    let roots: Gc<Array> = made.get(1)?.cast()?;
    Some(Body { code, roots: cache::values(roots) })
}

/// Lowers what a generator returned as the body of its method: (code bytes, roots).
fn lower_body(method: Gc<Method>, code: &Code, result: Value) -> Result<Gc<SimpleVector>> {
    let trees = Trees::new();
    let module = trees.module_ref(method.module.get());
    let roots = roots_of(method);
    let names = |list: &[crate::code::Root]| -> Vec<pkgimage_syntax::ast::Sym> {
        list.iter()
            .filter_map(|r| roots.get(r.0 as usize)?.cast::<Symbol>())
            .map(|s| pkgimage_syntax::ast::Sym::new(s.as_str()))
            .collect()
    };
    let Some(generator) = &code.generator else {
        return Err(error::error("not a generated function"));
    };
    let body = trees.from_value(result);
    let location = lowering::Location {
        file: pkgimage_syntax::ast::Sym::new(method.file.get().as_str()),
        line: method.line.get().max(0) as u32,
    };
    let mut host = crate::eval::EvalHost::new(&trees);
    let lowered = lowering::lower_generated(
        &body,
        pkgimage_syntax::ast::Sym::new(method.name.get().as_str()),
        &names(&generator.argument_names),
        code.is_vararg,
        &names(&generator.static_parameters),
        module,
        location,
        &mut host,
    );
    let lowered = crate::eval::lowered_or_throw(lowered, &trees)?;
    let (built, built_roots) = build::build(&lowered, &trees);
    let bytes = JuliaString::new(&built.to_bytes()).value();
    let list = Gc::<Array>::vector_of_any(built_roots.as_slice()).value();
    Ok(SimpleVector::new(&[bytes, list]))
}
