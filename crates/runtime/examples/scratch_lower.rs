use pkgimage_runtime::lowering::*;
use pkgimage_syntax::ast::*;
use std::collections::BTreeMap;
struct H {
    o: BTreeMap<String, u32>,
    cur: String,
}
impl Host for H {
    fn expand_macro(
        &mut self,
        call: &Expr,
        _l: ModuleRef,
        _m: ModuleRef,
        _loc: Location,
    ) -> Result<(Node, ModuleRef), HostError> {
        let name = deparse(&call.args[0]);
        let esc = |n: &Node| Node::expr("escape", vec![n.clone()]);
        let args = &call.args[2..];
        let r = match name.as_str() {
            "@label" => esc(&Node::expr("symboliclabel", args.to_vec())),
            "@goto" => esc(&Node::expr("symbolicgoto", args.to_vec())),
            "@isdefined" => esc(&Node::expr("isdefined", args.to_vec())),
            "@enum" | "@eval" | "@kwdef" | "Base.@kwdef" | "@info" | "@warn" |"@debug" | "@error" => Node::nothing(),
            "@nospecialize" => { let mut v = vec![Node::symbol("nospecialize")]; v.extend(args.iter().cloned()); Node::expr("meta", v) }
            "@doc" | "Core.@doc" | "@__doc__" => esc(args.last().unwrap()),
            "@test_throws" => { let mut v = vec![]; v.push(esc(args.last().unwrap())); Node::expr("block", v) }
            _ if name.ends_with("_str") || name.ends_with("_cmd") => Node::symbol("strmacro"),
            _ => Node::expr("block", args.iter().filter(|a| !matches!(a, Node::Expr(e) if e.head=="=" && matches!(e.args[0], Node::Symbol(_)))  || args.len()==1).map(|a| esc(a)).collect()),
        };
        Ok((r, ModuleRef::Value(OpaqueId(1))))
    }
    fn next_ordinal(&mut self, _m: ModuleRef, k: &str) -> u32 {
        let n = self.o.entry(k.to_owned()).or_insert(0);
        *n += 1;
        *n
    }
    fn is_global_defined(&mut self, _m: ModuleRef, _n: Sym) -> bool {
        false
    }
}
fn go(n: &Node, h: &mut H, errs: &mut BTreeMap<String, (u32, String)>, stats: &mut (usize, usize)) {
    let Node::Expr(e) = n else { return };
    let list: Vec<Node> = match e.head.as_str() {
        "toplevel" => e.args.clone(),
        "module" => match &e.args[2] {
            Node::Expr(b) => b.args.clone(),
            _ => vec![],
        },
        _ => vec![n.clone()],
    };
    if e.head == "toplevel" || e.head == "module" {
        for x in &list {
            go_one(x, h, errs, stats);
        }
    } else {
        go_one(n, h, errs, stats)
    }
}
fn go_one(
    n: &Node,
    h: &mut H,
    errs: &mut BTreeMap<String, (u32, String)>,
    stats: &mut (usize, usize),
) {
    let loc = Location { file: Sym::new("f"), line: 0 };
    stats.0 += 1;
    match lower(n, ModuleRef::Value(OpaqueId(0)), loc, h) {
        Ok(Lowered::TopLevel(e)) => {
            if e.head == "toplevel" || e.head == "module" {
                go(&Node::Expr(e), h, errs, stats)
            }
        }
        Ok(Lowered::Thunk(c)) => {
            stats.1 += c.code.len();
            if std::env::var_os("PRINT").is_some() {
                println!("{}", c.to_text())
            }
        }
        Err(e) => {
            let cur = h.cur.clone();
            let t = deparse(n);
            let t: String = t.chars().take(300).collect();
            let x = errs.entry(format!("{e}")).or_insert((0, format!("{cur}: {t}")));
            x.0 += 1;
        }
    }
}
fn main() {
    let mut h = H { o: BTreeMap::new(), cur: String::new() };
    let mut errs = BTreeMap::new();
    let mut stats = (0, 0);
    let t = std::time::Instant::now();
    let mut bytes = 0;
    for f in std::env::args().skip(1) {
        let Ok(s) = std::fs::read_to_string(&f) else { continue };
        bytes += s.len();
        h.cur = f.clone();
        match pkgimage_syntax::parse_all(&s, &f) {
            Ok(n) => go(&n, &mut h, &mut errs, &mut stats),
            Err(e) => println!("{f}: parse: {e:?}"),
        }
    }
    for (k, v) in &errs {
        println!("{:5} {k}\n      {}", v.0, v.1.replace('\n', "\n      "));
    }
    println!("{} exprs {} top statements {} bytes {:?}", stats.0, stats.1, bytes, t.elapsed());
}
