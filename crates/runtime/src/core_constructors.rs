//! The constructors of the types that boot without Julia code.

use pkgimage_syntax::ast::Node;

use crate::error::Result;
use crate::eval;
use crate::known::known;
use crate::object::DataType;
use crate::trees::Trees;
use crate::value::Gc;

/// Defines them: `T(fields...)` makes a `T`.
pub(crate) fn define() -> Result<()> {
    let k = known();
    let counts_of_fields: Vec<(Gc<DataType>, &[usize])> = vec![
        (k.error_exception, &[1]),
        (k.divide_error, &[0]),
        (k.overflow_error, &[1]),
        (k.domain_error, &[2]),
        (k.inexact_error, &[3]),
        (k.type_error, &[4]),
        (k.undef_ref_error, &[0]),
        (k.undef_var_error, &[1]),
        (k.undef_keyword_error, &[1]),
        (k.stack_overflow_error, &[0]),
        (k.out_of_memory_error, &[0]),
        (k.interrupt_exception, &[0]),
        (k.argument_error, &[1]),
        (k.method_error, &[3]),
        (k.load_error, &[3]),
        (k.init_error, &[2]),
        (k.assertion_error, &[1]),
        (k.read_only_memory_error, &[0]),
        (k.concurrency_violation_error, &[1]),
        (k.bounds_error, &[0, 1, 2]),
        (k.quote_node, &[1]),
        (k.ssa_value, &[1]),
        (k.slot_number, &[1]),
        (k.argument, &[1]),
        (k.goto_node, &[1]),
        (k.goto_if_not, &[2]),
        (k.return_node, &[0, 1]),
        (k.newvar_node, &[1]),
        (k.line_number_node, &[2]),
        (k.core_box, &[0, 1]),
        (k.weak_ref, &[0, 1]),
        (k.nothing_type, &[0]),
    ];
    let trees = Trees::new();
    for (ty, counts) in counts_of_fields {
        for &count in counts {
            let this = || Node::Quote(Box::new(Node::Value(trees.add(ty.value()))));
            let typed =
                Node::expr("::", vec![Node::expr("curly", vec![Node::symbol("Type"), this()])]);
            let mut signature = vec![typed];
            let mut made = vec![this()];
            for i in 0..count {
                let name = Node::symbol(&format!("x{i}"));
                let field = crate::fields::field_type(ty, i).unwrap_or(k.any.value());
                let declared = Node::Quote(Box::new(Node::Value(trees.add(field))));
                signature.push(Node::expr("::", vec![name.clone(), declared]));
                made.push(name);
            }
            let definition = Node::expr(
                "=",
                vec![
                    Node::expr("call", signature),
                    Node::expr("block", vec![Node::expr("new", made)]),
                ],
            );
            eval::eval_node(k.core_module, &definition, &trees)?;
        }
    }
    Ok(())
}
