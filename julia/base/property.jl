# property.jl: what `x.name` and `x.name = v` mean, and the first methods of `convert`.

"""
    getproperty(value, name::Symbol)

The syntax `a.b` calls `getproperty(a, :b)`.
"""
getproperty(x::Module, f::Symbol) = getglobal(x, f)
getproperty(x::Type, f::Symbol) = getfield(x, f)
getproperty(x::Tuple, f::Int) = getfield(x, f)
getproperty(x, f::Symbol) = getfield(x, f)

function setproperty!(x::Module, f::Symbol, v)
    T = Core.get_binding_type(x, f)
    return setglobal!(x, f, T === Any ? v : convert(T, v))
end
function setproperty!(x::Type, f::Symbol, v)
    error("setfield! fields of Types should not be changed")
end
setproperty!(x::Tuple, f::Int, v) = setfield!(x, f, v) # fails: there is no method for tuples that works
setproperty!(x, f::Symbol, v) = setfield!(x, f, convert(fieldtype(typeof(x), f), v))

# The forms with an order of memory access, for atomic fields.
getproperty(x::Module, f::Symbol, order::Symbol) = getglobal(x, f, order)
getproperty(x::Type, f::Symbol, order::Symbol) = getfield(x, f, order)
getproperty(x::Tuple, f::Int, order::Symbol) = getfield(x, f, order)
getproperty(x, f::Symbol, order::Symbol) = getfield(x, f, order)
setproperty!(x, f::Symbol, v, order::Symbol) = setfield!(x, f, convert(fieldtype(typeof(x), f), v), order)
setproperty!(x::Module, f::Symbol, v, order::Symbol) = setglobal!(x, f, v, order)

swapproperty!(x, f::Symbol, v, order::Symbol=:not_atomic) =
    swapfield!(x, f, convert(fieldtype(typeof(x), f), v), order)
modifyproperty!(x, f::Symbol, op, v, order::Symbol=:not_atomic) = modifyfield!(x, f, op, v, order)
replaceproperty!(x, f::Symbol, expected, desired, success_order::Symbol=:not_atomic, fail_order::Symbol=success_order) =
    replacefield!(x, f, expected, convert(fieldtype(typeof(x), f), desired), success_order, fail_order)

# `a.b.c` inside a dotted call.
dotgetproperty(x, f) = getproperty(x, f)

convert(::Type{Any}, Core.@nospecialize x) = x
convert(::Type{T}, x::T) where {T} = x

# The forms without arguments, for use inside bodies; `expr.jl` replaces them by the full macros.
macro inline()
    return Expr(:meta, :inline)
end
macro noinline()
    return Expr(:meta, :noinline)
end
