//! A random program: what stands in its packages at three points in time, and what its script does; and
//! both as Julia's sources.
//!
//! Many programs share one workspace: each has a module of its own (`P7`) in every package, and its own
//! names in the script. They never touch each other's functions.

use std::fmt::Write as _;

/// The packages, each of which may use those before it. The script loads `Gamma` and `Delta` on its way.
pub const PACKAGES: [&str; 4] = ["Alpha", "Beta", "Gamma", "Delta"];

/// Points in time between which sources are edited.
pub const VERSIONS: usize = 3;

/// Parts of the script. Before the second `Gamma` is loaded, before the third `Delta`.
pub const PHASES: usize = 3;

/// Where something is defined: a package, or the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Package(usize),
    Main,
}

/// A function. It calls those of lower numbers only, so everything ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    pub place: Place,
    pub number: usize,
}

/// A type of arguments, or of the parameters of methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Any,
    Real,
    Integer,
    Int,
    Float,
    Text,
    IntOrText,
    /// The abstract type of `Alpha`.
    Shape,
    /// The struct of `Alpha` or `Beta`, or of the script, below it.
    Struct(Place),
}

/// An expression; `x` is the argument of the method around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    X,
    Int(i64),
    Float(i64),
    Text(i64),
    /// `S(a, b)`.
    New(Place, Box<Expr>),
    /// The last field of a struct, whatever it is called.
    Field(Box<Expr>),
    /// The field `a` of the struct of a place, if it is one.
    FieldA(Place, Box<Expr>),
    Constant(Place, usize),
    Call(Function, Box<Expr>),
    /// With a keyword argument.
    Keyword(Function, Box<Expr>, Box<Expr>),
    Latest(Function, Box<Expr>),
    Invoke(Function, Type, Box<Expr>),
    Mix(Box<Expr>, Box<Expr>),
    Pair(Box<Expr>, Box<Expr>),
    Applicable(Function, Box<Expr>),
    HasMethod(Function, Type),
    IfIs(Type, Box<Expr>, Box<Expr>),
    /// The function of values of different types, at each place of a vector.
    Each(Function, Box<Expr>),
    /// The sum over a loop.
    Loop(Function, u32),
    /// With a closure.
    Map(Function, Box<Expr>),
    Try(Box<Expr>, i64),
    Macro(usize, Box<Expr>),
}

/// A definition.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Method {
        function: Function,
        parameter: Type,
        body: Expr,
        inline: Inline,
        keyword: bool,
    },
    /// Made from the type of the argument.
    Generated {
        function: Function,
        parameter: Type,
        of_int: Expr,
        other: Expr,
    },
    /// Calls itself with an argument of another type each time.
    Nested {
        function: Function,
        body: Expr,
    },
    Constant {
        place: Place,
        number: usize,
        value: Expr,
    },
    /// The struct of a place.
    Struct {
        place: Place,
        layout: Layout,
    },
    /// A macro of a package.
    Macro {
        package: usize,
        number: usize,
        body: Expr,
    },
}

/// The fields of a struct. What makes one of the first two from a value differs; for the others it is the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Narrow,
    Wide,
    Forward,
    Backward,
}

/// What a method says of inlining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline {
    AsItIs,
    Always,
    Never,
}

/// A place in a package's source, and what stands there at each point in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub package: usize,
    pub versions: [Option<Item>; VERSIONS],
}

/// A step of the script.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Print(Expr),
    Define(Item),
    /// Deletes the method that a call with this type reaches.
    Delete(Function, Type),
    /// Gives a constant of a package another value.
    Redefine(Place, usize, Expr),
}

/// A step, the phase in which it is taken, and the script's argument for which it is, if not for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub phase: usize,
    pub only: Option<char>,
    pub step: Step,
}

/// A program.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub number: usize,
    pub slots: Vec<Slot>,
    pub script: Vec<Taken>,
    /// What its packages' images have code for.
    pub recorded: Vec<(usize, Function, Type)>,
}

impl Type {
    fn text(self, program: usize) -> String {
        match self {
            Type::Any => "Any".to_owned(),
            Type::Real => "Real".to_owned(),
            Type::Integer => "Integer".to_owned(),
            Type::Int => "Int64".to_owned(),
            Type::Float => "Float64".to_owned(),
            Type::Text => "String".to_owned(),
            Type::IntOrText => "Union{Int64, String}".to_owned(),
            Type::Shape => format!("Alpha.P{program}.Shape"),
            Type::Struct(place) => name(place, program, "S"),
        }
    }
}

/// A name that a program defines in a place, as it is written everywhere.
fn name(place: Place, program: usize, text: &str) -> String {
    match place {
        Place::Package(package) => format!("{}.P{program}.{text}", PACKAGES[package]),
        Place::Main => format!("{text}_{program}"),
    }
}

impl Function {
    fn text(self, program: usize) -> String {
        name(self.place, program, &format!("f{}", self.number))
    }
}

/// Writes expressions of a program.
struct Writer {
    program: usize,
    /// What stands for the argument.
    x: &'static str,
}

impl Writer {
    fn text(&self, expr: &Expr) -> String {
        let p = self.program;
        let f = |function: &Function| function.text(p);
        match expr {
            Expr::X => self.x.to_owned(),
            Expr::Int(n) => n.to_string(),
            Expr::Float(n) => format!("{n}.5"),
            Expr::Text(n) => format!("\"t{n}\""),
            Expr::New(place, a) => format!("{}({})", name(*place, p, "S"), self.text(a)),
            Expr::Field(a) => format!("Kit.first_field({})", self.text(a)),
            Expr::FieldA(place, a) => {
                let ty = Type::Struct(*place).text(p);
                format!("(local v = {}; v isa {ty} ? v.a : 3)", self.text(a))
            }
            Expr::Constant(place, number) => name(*place, p, &format!("C{number}")),
            Expr::Call(g, a) => format!("{}({})", f(g), self.text(a)),
            Expr::Keyword(g, a, k) => format!("{}({}; k = {})", f(g), self.text(a), self.text(k)),
            Expr::Latest(g, a) => format!("Base.invokelatest({}, {})", f(g), self.text(a)),
            Expr::Invoke(g, ty, a) => {
                format!("invoke({}, Tuple{{{}}}, {})", f(g), ty.text(p), self.text(a))
            }
            Expr::Mix(a, b) => format!("Kit.mix({}, {})", self.text(a), self.text(b)),
            Expr::Pair(a, b) => format!("({}, {})", self.text(a), self.text(b)),
            Expr::Applicable(g, a) => format!("applicable({}, {})", f(g), self.text(a)),
            Expr::HasMethod(g, ty) => format!("hasmethod({}, Tuple{{{}}})", f(g), ty.text(p)),
            Expr::IfIs(ty, a, b) => {
                let (ty, a, b) = (ty.text(p), self.text(a), self.text(b));
                format!("({} isa {ty} ? {a} : {b})", self.x)
            }
            Expr::Each(g, a) => format!(
                "(local s = 0; for y in Any[1, {}, 2.5, \"t3\"]; s = Kit.mix(s, {}(y)); end; s)",
                self.text(a),
                f(g)
            ),
            Expr::Loop(g, n) => {
                format!("(local s = 0; for i in 1:{n}; s = Kit.mix(s, {}(i)); end; s)", f(g))
            }
            Expr::Map(g, a) => {
                format!("Kit.mix(map(y -> {}(y), (1, {}))...)", f(g), self.text(a))
            }
            Expr::Try(a, n) => format!("(try {} catch; {n} end)", self.text(a)),
            Expr::Macro(number, a) => format!("(Alpha.P{p}.@m{number} {})", self.text(a)),
        }
    }
}

impl Item {
    /// The definition, for code that stands in `at`.
    fn text(&self, program: usize, at: Place) -> String {
        let of = |x| Writer { program, x };
        let local = |place: Place, text: String| {
            if place == at && place != Place::Main { text } else { name(place, program, &text) }
        };
        let function = |f: &Function| local(f.place, format!("f{}", f.number));
        match self {
            Item::Method { function: f, parameter, body, inline, keyword } => {
                let inline = match inline {
                    Inline::AsItIs => "",
                    Inline::Always => "@inline ",
                    Inline::Never => "@noinline ",
                };
                let ty = parameter.text(program);
                let mut body = of("x").text(body);
                if *keyword {
                    body = format!("Kit.mix(k, {body})");
                }
                let keyword = if *keyword { "; k = 7" } else { "" };
                format!("{inline}function {}(x::{ty}{keyword}); {body}; end", function(f))
            }
            Item::Generated { function: f, parameter, of_int, other } => {
                let (ty, of) = (parameter.text(program), of("x"));
                format!(
                    "@generated {}(x::{ty}) = x <: Integer ? :({}) : :({})",
                    function(f),
                    of.text(of_int),
                    of.text(other)
                )
            }
            Item::Nested { function: f, body } => {
                let (f, body) = (function(f), of("x").text(body));
                format!(
                    "{f}(x, n = 4) = n == 0 ? {body} : Kit.mix(n, {f}(n == 2 ? (x,) : Any[x][1], n - 1))"
                )
            }
            Item::Constant { place, number, value } => {
                let value = of("1").text(value);
                format!("const {} = {value}", local(*place, format!("C{number}")))
            }
            Item::Struct { place, layout } => {
                let name = local(*place, "S".to_owned());
                let fields = match layout {
                    Layout::Narrow => "a::Any".to_owned(),
                    Layout::Wide => format!("b::Float64; a::Any; {name}(x) = new(1.5, x)"),
                    Layout::Forward => format!("a::Any; b::Any; {name}(x) = new(x, 7)"),
                    Layout::Backward => format!("b::Any; a::Any; {name}(x) = new(x, 7)"),
                };
                format!("struct {name} <: Alpha.P{program}.Shape; {fields}; end")
            }
            Item::Macro { number, body, .. } => {
                let body = of("$(esc(e))").text(body);
                format!("macro m{number}(e); :({body}); end")
            }
        }
    }
}

impl Program {
    /// Its module in a package at a point in time.
    pub fn module(&self, package: usize, version: usize) -> String {
        let mut out = format!("module P{}\n", self.number);
        for used in ["Kit"].iter().chain(&PACKAGES[..package]) {
            let _ = writeln!(out, "import {used}");
        }
        // By its own name, too.
        let _ = writeln!(out, "import ..{}", PACKAGES[package]);
        if package == 0 {
            out.push_str("abstract type Shape end\n");
        }
        if package < PACKAGES.len() - 1 {
            for number in [2 * package, 2 * package + 1] {
                let _ = writeln!(out, "function f{number} end");
            }
        }
        for slot in self.slots.iter().filter(|slot| slot.package == package) {
            if let Some(item) = &slot.versions[version] {
                let _ = writeln!(out, "{}", item.text(self.number, Place::Package(package)));
            }
        }
        out.push_str("end\n");
        out
    }

    /// Its part of a phase of the script. Each line that this prints begins with the program's number.
    pub fn phase(&self, phase: usize) -> String {
        let mut out = String::new();
        for (at, taken) in self.script.iter().enumerate().filter(|(_, t)| t.phase == phase) {
            let line = self.step(at, &taken.step);
            // The two forms of a struct stand on one line, which is part of what their constructors are.
            let is_first =
                taken.only == Some('a') && matches!(taken.step, Step::Define(Item::Struct { .. }));
            let end = if is_first { "; " } else { "\n" };
            let _ = match taken.only {
                Some(argument) => write!(out, "if ARGS[1] == \"{argument}\"; {line}; end{end}"),
                None => writeln!(out, "{line}"),
            };
        }
        out
    }

    fn step(&self, at: usize, step: &Step) -> String {
        let (p, of) = (self.number, Writer { program: self.number, x: "1" });
        match step {
            Step::Print(expr) => format!(
                "try println(\"{p}.{at} \", Kit.text({})) catch e; println(\"{p}.{at} \", \
                 nameof(typeof(e))) end",
                of.text(expr)
            ),
            Step::Define(item) => item.text(p, Place::Main),
            Step::Delete(f, ty) => format!(
                "try Base.delete_method(which({}, ({},))) catch e; println(\"{p}.{at} \", \
                 nameof(typeof(e))) end",
                f.text(p),
                ty.text(p)
            ),
            Step::Redefine(place, number, value) => {
                let value = of.text(value);
                let (module, name) = match place {
                    Place::Package(package) => {
                        (format!("{}.P{p}", PACKAGES[*package]), format!("C{number}"))
                    }
                    Place::Main => ("Main".to_owned(), format!("C{number}_{p}")),
                };
                format!(
                    "try @eval {module} const {name} = $({value}) catch e; println(\"{p}.{at} \", nameof(typeof(e))) end"
                )
            }
        }
    }

    /// The roots of a package's recording.
    pub fn roots(&self, package: usize) -> impl Iterator<Item = String> + '_ {
        let own = self.recorded.iter().filter(move |(p, ..)| *p == package);
        own.map(|(_, f, ty)| {
            format!("Tuple{{typeof({}), {}}}", f.text(self.number), ty.text(self.number))
        })
    }
}

/// The package that all others use, which never changes: small functions over values of all types.
pub const KIT: &str = r#"module Kit
mix(a::Int, b::Int) = (31a + 7b) % 1000003
mix(a, b) = mix(number(a), number(b))
mix(a) = number(a)
number(x::Int) = x
number(x::Bool) = x ? 11 : 13
number(x::Float64) = 3 + 2 * trunc(Int, x)
number(x::String) = 5 + 3 * length(x) + Int(codeunit(x, length(x)))
@noinline function number(@nospecialize(x))
    total = 17
    for i in 1:nfields(x)
        total = mix(total, number(getfield(x, i))::Int)
    end
    return total
end
@noinline function first_field(@nospecialize(x))
    return nfields(x) > 0 && !(x isa String) ? getfield(x, nfields(x)) : 19
end
@noinline function text(@nospecialize(x))
    x isa Union{Int, Float64, Bool} && return string(x)
    x isa String && return x
    out = x isa Tuple ? "(" : string(nameof(typeof(x)), "(")
    for i in 1:nfields(x)
        out = string(out, text(getfield(x, i)), ",")
    end
    return string(out, ")")
end
end
"#;

/// The script of several programs.
pub fn script(programs: &[Program]) -> String {
    let mut out = "import Kit, Alpha, Beta\n".to_owned();
    for phase in 0..PHASES {
        match phase {
            1 => out.push_str("import Gamma\n"),
            2 => out.push_str("import Delta\n"),
            _ => {}
        }
        // What a process that dies has printed says where it was.
        for program in programs {
            out.push_str(&program.phase(phase));
            out.push_str("flush(stdout)\n");
        }
    }
    out
}
