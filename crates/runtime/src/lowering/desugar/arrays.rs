//! Array literals: vectors, matrices, and concatenation in any number of dimensions.

use pkgimage_syntax::ast::{Expr, Literal, Node};

use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_array(&mut self, node: &Node, e: &Expr) -> Result {
        let args = e.args.as_slice();
        match e.head.as_str() {
            "braces" => self.error("{ } vector syntax is discontinued"),
            "bracescat" => self.error("{ } matrix syntax is discontinued"),
            "vect" => {
                if has_parameters(args) {
                    return self.error("unexpected semicolon in array expression");
                }
                self.check_elements(node, args)?;
                self.expand(&call(base("vect"), args.iter().cloned()))
            }
            "hcat" => {
                self.check_elements(node, args)?;
                self.expand(&call(base("hcat"), args.iter().cloned()))
            }
            "vcat" => self.vcat(node, args, None),
            "ncat" => self.ncat(node, args, None),
            "typed_hcat" | "typed_vcat" | "typed_ncat" => {
                let Some((ty, elements)) = args.split_first() else { return self.invalid(node) };
                match e.head.as_str() {
                    "typed_hcat" => {
                        self.check_elements(node, elements)?;
                        self.expand(&call(base("typed_hcat"), args.iter().cloned()))
                    }
                    "typed_vcat" => self.vcat(node, elements, Some(ty)),
                    _ => self.ncat(node, elements, Some(ty)),
                }
            }
            _ => self.error(format!("misplaced \"{}\" expression", e.head)),
        }
    }

    fn check_elements(&mut self, node: &Node, elements: &[Node]) -> Result<()> {
        if elements.iter().any(is_assignment) {
            return self.error(format!("misplaced assignment statement in \"{}\"", deparse(node)));
        }
        Ok(())
    }

    fn vcat(&mut self, node: &Node, elements: &[Node], ty: Option<&Node>) -> Result {
        self.check_elements(node, elements)?;
        if has_parameters(elements) {
            return self.error("unexpected semicolon in array expression");
        }
        let named = |plain: &str, typed: &str| base(if ty.is_some() { typed } else { plain });
        let mut args: Vec<Node> = ty.into_iter().cloned().collect();
        if !elements.iter().any(|x| has_head(x, "row")) {
            args.extend_from_slice(elements);
            return self.expand(&call(named("vcat", "typed_vcat"), args));
        }
        let rows: Vec<&[Node]> = elements
            .iter()
            .map(|x| match as_head(x, "row") {
                Some(row) => row.args.as_slice(),
                None => std::slice::from_ref(x),
            })
            .collect();
        if rows.iter().any(|row| row.iter().any(is_splat)) {
            // How long a row is shows at run time only.
            args.extend(rows.iter().map(|row| call(core("tuple"), row.iter().cloned())));
            return self.expand(&call(named("hvcat_rows", "typed_hvcat_rows"), args));
        }
        args.push(call(core("tuple"), rows.iter().map(|row| int(row.len() as i64))));
        args.extend(rows.iter().flat_map(|row| row.iter().cloned()));
        self.expand(&call(named("hvcat", "typed_hvcat"), args))
    }

    /// `[a;;b]`, `[a b;;; c d]`: the first element says how many dimensions there are.
    fn ncat(&mut self, node: &Node, elements: &[Node], ty: Option<&Node>) -> Result {
        let Some((Node::Literal(Literal::Int64(dimension)), elements)) = elements.split_first()
        else {
            return self.invalid(node);
        };
        let function = base(if ty.is_some() { "typed_hvncat" } else { "hvncat" });
        let mut args: Vec<Node> = ty.into_iter().cloned().collect();
        let mut flat = Vec::new();
        let mut order = Order::Unknown;
        self.flatten_rows(elements, &mut flat, &mut order)?;
        self.check_elements(node, &flat)?;
        if has_parameters(&flat) {
            return self.error("unexpected parameters in array expression");
        }
        if !elements.iter().any(is_row) {
            args.push(int(*dimension));
            args.extend(flat);
            return self.expand(&call(function, args));
        }
        if flat.iter().any(is_splat) {
            return self
                .error("Splatting ... in an hvncat with multiple dimensions is not supported");
        }
        let row_first = order == Order::RowFirst;
        let shape = shape_of(elements, row_first, *dimension);
        let balanced =
            shape.iter().skip(1).all(|level| level.iter().all(|n| Some(n) == level.first()));
        if balanced {
            let dims = dims_of(elements, row_first, *dimension);
            args.push(call(core("tuple"), dims.into_iter().rev().map(int)));
        } else {
            args.push(call(
                core("tuple"),
                shape
                    .into_iter()
                    .rev()
                    .map(|level| call(core("tuple"), level.into_iter().map(int))),
            ));
        }
        args.push(bool(row_first));
        args.extend(flat);
        self.expand(&call(function, args))
    }

    fn flatten_rows(
        &mut self,
        elements: &[Node],
        flat: &mut Vec<Node>,
        order: &mut Order,
    ) -> Result<()> {
        const MIXED: &str =
            "cannot mix space and ;; separators in an array expression, except to wrap a line";
        for x in elements {
            match x {
                Node::Expr(e) if e.head == "nrow" => {
                    let Some((Node::Literal(Literal::Int64(d)), inner)) = e.args.split_first()
                    else {
                        return self.invalid(x);
                    };
                    let mut inner_order = Order::Unknown;
                    self.flatten_rows(inner, flat, &mut inner_order)?;
                    if inner_order != Order::Unknown {
                        if *order != Order::Unknown && *order != inner_order {
                            return self.error(MIXED);
                        }
                        *order = inner_order;
                    }
                    if *d == 2 {
                        if *order == Order::RowFirst {
                            return self.error(MIXED);
                        }
                        *order = Order::ColumnFirst;
                    }
                }
                Node::Expr(e) if e.head == "row" => {
                    if *order == Order::ColumnFirst {
                        return self.error(MIXED);
                    }
                    *order = Order::RowFirst;
                    flat.extend(e.args.iter().cloned());
                }
                other => flat.push(other.clone()),
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Unknown,
    RowFirst,
    ColumnFirst,
}

fn is_row(node: &Node) -> bool {
    has_head(node, "row") || has_head(node, "nrow")
}

/// The separator's dimension and the parts of a row of any kind.
fn row_parts(node: &Node) -> Option<(i64, &[Node])> {
    match node {
        Node::Expr(e) if e.head == "row" => Some((1, &e.args)),
        Node::Expr(e) if e.head == "nrow" => match e.args.split_first() {
            Some((Node::Literal(Literal::Int64(d)), rest)) => Some((*d, rest)),
            _ => None,
        },
        _ => None,
    }
}

/// The parts of an element at the next lower dimension.
fn next_level(x: &Node, dimension: i64) -> &[Node] {
    match row_parts(x) {
        Some((d, parts)) if has_head(x, "nrow") && dimension <= d + 1 => parts,
        Some((_, parts)) if has_head(x, "row") && dimension <= 1 => parts,
        _ => std::slice::from_ref(x),
    }
}

/// For each dimension how many elements each of its parts holds; the whole first.
fn shape_of(elements: &[Node], row_first: bool, dimension: i64) -> Vec<Vec<i64>> {
    if dimension == 0 || !row_first && dimension == 1 {
        return vec![vec![elements.len() as i64]];
    }
    if row_first && dimension == 3 {
        return shape_of(elements, row_first, dimension - 1);
    }
    let parts: Vec<Vec<Vec<i64>>> = elements
        .iter()
        .map(|x| shape_of(next_level(x, dimension), row_first, dimension - 1))
        .collect();
    let levels = parts.first().map_or(0, Vec::len);
    let mut result: Vec<Vec<i64>> = Vec::new();
    for level in 0..levels {
        result.push(parts.iter().filter_map(|p| p.get(level)).flatten().copied().collect());
    }
    let total = result.first().map_or(0, |l| l.iter().sum());
    result.insert(0, vec![total]);
    result
}

/// The sizes of a balanced array.
fn dims_of(elements: &[Node], row_first: bool, dimension: i64) -> Vec<i64> {
    let Some(first) = elements.first() else { return vec![0] };
    if dimension < 2 && !is_row(first) {
        return vec![elements.len() as i64];
    }
    if dimension == 1 {
        let inner = row_parts(first).map_or(std::slice::from_ref(first), |p| p.1);
        return vec![inner.len() as i64, elements.len() as i64];
    }
    if dimension == 3 && row_first {
        return dims_of(elements, row_first, 2);
    }
    let next = match row_parts(first) {
        Some((d, parts)) if has_head(first, "nrow") && dimension == d + 1 => parts,
        _ => std::slice::from_ref(first),
    };
    let mut result = vec![elements.len() as i64];
    result.extend(dims_of(next, row_first, dimension - 1));
    result
}
