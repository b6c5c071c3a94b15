# The first code that is evaluated in `Core`: what `boot.jl` itself needs to be evaluated.
#
# The runtime has made its types and builtins and given its exception and syntax-node types a constructor
# with one argument per field; these are the constructors and functions of `Core` that are more than that.

# The type of a value, where a type stands for itself: every method definition calls this, so that it is
# itself defined by its type.
function Typeof end
(f::typeof(Typeof))(x) = isa(x, Type) ? Type{x} : typeof(x)

# The parameter of a closure's type that stands for the type of a captured variable: code that captures
# a type is specialized for that type.
_typeof_captured_variable(x) = isa(x, Type) ? Type{x} : typeof(x)

# What `f(args...)` names here; only tuples are spread before Base has iteration.
function iterate end

# `ccall`s in this module pass arguments of the declared types.
cconvert(T, x) = x
unsafe_convert(T, x) = x

# Base's version does the same for several arguments; a default value makes the argument a keyword node.
macro nospecialize(x)
    if isa(x, Expr)
        if getfield(x, :head) === :(=)
            setfield!(x, :head, :kw)
        end
    end
    return _expr(:meta, :nospecialize, x)
end

eval(m::Module, @nospecialize(e)) = ccall(:jl_toplevel_eval_in, Any, (Any, Any), m, e)

Expr(head::Symbol, @nospecialize(args...)) = _expr(head, args...)

TypeVar(n::Symbol) = _typevar(n, Union{}, Any)
TypeVar(n::Symbol, @nospecialize(ub)) = _typevar(n, Union{}, ub)
TypeVar(n::Symbol, @nospecialize(lb), @nospecialize(ub)) = _typevar(n, lb, ub)
UnionAll(v::TypeVar, @nospecialize(t)) = UnionAll_(v, t)

GlobalRef(m::Module, s::Symbol) = ccall(:jl_module_globalref, Any, (Any, Any), m, s)
LineNumberNode(l::Int) = LineNumberNode(l, nothing)
