# boot.jl: the rest of the module `Core`, on top of what the runtime predefines.
#
# Evaluated first of all, in `Core`. The runtime has made the types of its object model, the exception
# types, the builtins and the module `Core.Intrinsics`; here come the names that are plain Julia:
# constructors and conversions of the machine numbers, of arrays, symbols and named tuples, the hooks of
# the doc system, and a raw way to print before Base has I/O.

export
    # types of the object model
    Any, DataType, Vararg, NTuple, Tuple, Type, UnionAll, TypeVar, Union, Nothing, Cvoid,
    AbstractArray, DenseArray, NamedTuple, Pair,
    Function, Method, Module, Symbol, Task, UndefInitializer, undef, WeakRef, VecElement, Array,
    # numbers
    Number, Real, Integer, Bool, Ref, Ptr,
    AbstractFloat, Float16, Float32, Float64,
    Signed, Int, Int8, Int16, Int32, Int64, Int128,
    Unsigned, UInt, UInt8, UInt16, UInt32, UInt64, UInt128,
    # text
    AbstractChar, Char, AbstractString, String, IO,
    # exceptions
    ErrorException, BoundsError, DivideError, DomainError, Exception,
    InterruptException, InexactError, OutOfMemoryError, ReadOnlyMemoryError,
    OverflowError, StackOverflowError, SegmentationFault, UndefRefError, UndefVarError,
    TypeError, ArgumentError, MethodError, AssertionError, LoadError, InitError,
    UndefKeywordError, ConcurrencyViolationError,
    # syntax trees
    Expr, QuoteNode, LineNumberNode, GlobalRef,
    # the object model's functions
    fieldtype, getfield, setfield!, swapfield!, modifyfield!, replacefield!,
    nfields, throw, tuple, ===, isdefined, eval,
    getglobal, setglobal!,
    <:, typeof, isa, typeassert,
    applicable, invoke,
    nothing, Core, Main

# Until Base takes over as the top module, `x.f` in this module means these.
const getproperty = getfield
const setproperty! = setfield!

const NTuple{N,T} = Tuple{Vararg{T,N}}

struct SegmentationFault <: Exception end

abstract type IO end

struct UndefInitializer end
const undef = UndefInitializer()

WeakRef() = WeakRef(nothing)

struct VecElement{T}
    value::T
    VecElement{T}(value::T) where {T} = new(value) # the inner constructor keeps the conversion to Base
end
VecElement(arg::T) where {T} = VecElement{T}(arg)

struct Pair{A,B}
    first::A
    second::B
    # Without the implicit constructors: those with conversion are in Base, which has `convert`.
    function Pair{A,B}(@nospecialize(a), @nospecialize(b)) where {A,B}
        return new{A,B}(a::A, b::B)
    end
end

# The type of a value, where a type stands for itself: the way it appears in a method's signature.
Typeof(@nospecialize(x)) = isa(x, Type) ? Type{x} : typeof(x)

# What `@generated` puts into a method: called with the static parameters and the arguments' types.
struct GeneratedFunctionStub
    gen
    argnames::SimpleVector
    spnames::SimpleVector
end

# ---- exceptions: the constructors beyond one argument per field ---------------------------------------

DomainError(@nospecialize(val)) = DomainError(val, "")
AssertionError() = AssertionError("")
TypeError(where, @nospecialize(expected::Type), @nospecialize(got)) = TypeError(Symbol(where), "", expected, got)
MethodError(@nospecialize(f), @nospecialize(args)) =
    MethodError(f, args, Intrinsics.not_int(Intrinsics.zext_int(UInt, 0x00)))
eval(Core, Expr(:(=), Expr(:call, :BoundsError), Expr(:new, :BoundsError)))
eval(Core, Expr(:(=), Expr(:call, :BoundsError, :a), Expr(:new, :BoundsError, :a)))

# ---- checked conversion between machine integers ----------------------------------------------------

throw_inexacterror(f::Symbol, ::Type{T}, val) where {T} = throw(InexactError(f, T, val))

function is_top_bit_set(x)
    nbits = Intrinsics.shl_int(sizeof(x), 3)
    shift = Intrinsics.sub_int(nbits, 1)
    return Intrinsics.eq_int(Intrinsics.trunc_int(UInt8, Intrinsics.lshr_int(x, shift)), 0x01)
end
is_top_bit_set(x::Union{Int8,UInt8}) = Intrinsics.eq_int(Intrinsics.lshr_int(x, 7), Intrinsics.bitcast(typeof(x), 0x01))

function check_top_bit(::Type{To}, x) where {To}
    is_top_bit_set(x) && throw_inexacterror(:check_top_bit, To, x)
    return x
end

function checked_trunc_sint(::Type{To}, x::From) where {To,From}
    y = Intrinsics.trunc_int(To, x)
    back = Intrinsics.sext_int(From, y)
    Intrinsics.eq_int(x, back) || throw_inexacterror(:trunc, To, x)
    return y
end

function checked_trunc_uint(::Type{To}, x::From) where {To,From}
    y = Intrinsics.trunc_int(To, x)
    back = Intrinsics.zext_int(From, y)
    Intrinsics.eq_int(x, back) || throw_inexacterror(:trunc, To, x)
    return y
end

const _BootSigned = Union{Int8,Int16,Int32,Int64,Int128}
const _BootUnsigned = Union{UInt8,UInt16,UInt32,UInt64,UInt128}
const BuiltinInts = Union{Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128,Bool}

# To a signed type: from a signed one narrow or sign-extend; an unsigned one must also leave the
# sign bit alone once it is as wide as the target.
function _tosigned(::Type{To}, x::_BootSigned) where {To}
    if Intrinsics.slt_int(sizeof(To), sizeof(x))
        return checked_trunc_sint(To, x)
    elseif Intrinsics.eq_int(sizeof(To), sizeof(x))
        return Intrinsics.bitcast(To, x)
    end
    return Intrinsics.sext_int(To, x)
end
function _tosigned(::Type{To}, x::_BootUnsigned) where {To}
    if Intrinsics.slt_int(sizeof(To), sizeof(x))
        return checked_trunc_sint(To, check_top_bit(To, x))
    elseif Intrinsics.eq_int(sizeof(To), sizeof(x))
        return Intrinsics.bitcast(To, check_top_bit(To, x))
    end
    return Intrinsics.zext_int(To, x)
end

# To an unsigned type: a negative number never fits.
function _tounsigned(::Type{To}, x::_BootSigned) where {To}
    if Intrinsics.slt_int(sizeof(To), sizeof(x))
        return checked_trunc_uint(To, x)
    elseif Intrinsics.eq_int(sizeof(To), sizeof(x))
        return Intrinsics.bitcast(To, check_top_bit(To, x))
    end
    return Intrinsics.sext_int(To, check_top_bit(To, x))
end
function _tounsigned(::Type{To}, x::_BootUnsigned) where {To}
    if Intrinsics.slt_int(sizeof(To), sizeof(x))
        return checked_trunc_uint(To, x)
    elseif Intrinsics.eq_int(sizeof(To), sizeof(x))
        return Intrinsics.bitcast(To, x)
    end
    return Intrinsics.zext_int(To, x)
end

# A Bool is one byte that holds 0 or 1.
function _frombool(::Type{To}, x::Bool) where {To}
    if Intrinsics.eq_int(sizeof(To), 1)
        return Intrinsics.and_int(Intrinsics.bitcast(To, x), Intrinsics.bitcast(To, 0x01))
    end
    return Intrinsics.zext_int(To, Intrinsics.and_int(Intrinsics.bitcast(UInt8, x), 0x01))
end

Int8(x::Int8) = x
Int8(x::Union{_BootSigned,_BootUnsigned}) = _tosigned(Int8, x)::Int8
Int8(x::Bool) = _frombool(Int8, x)::Int8
Int16(x::Int16) = x
Int16(x::Union{_BootSigned,_BootUnsigned}) = _tosigned(Int16, x)::Int16
Int16(x::Bool) = _frombool(Int16, x)::Int16
Int32(x::Int32) = x
Int32(x::Union{_BootSigned,_BootUnsigned}) = _tosigned(Int32, x)::Int32
Int32(x::Bool) = _frombool(Int32, x)::Int32
Int64(x::Int64) = x
Int64(x::Union{_BootSigned,_BootUnsigned}) = _tosigned(Int64, x)::Int64
Int64(x::Bool) = _frombool(Int64, x)::Int64
Int128(x::Int128) = x
Int128(x::Union{_BootSigned,_BootUnsigned}) = _tosigned(Int128, x)::Int128
Int128(x::Bool) = _frombool(Int128, x)::Int128
UInt8(x::UInt8) = x
UInt8(x::Union{_BootSigned,_BootUnsigned}) = _tounsigned(UInt8, x)::UInt8
UInt8(x::Bool) = _frombool(UInt8, x)::UInt8
UInt16(x::UInt16) = x
UInt16(x::Union{_BootSigned,_BootUnsigned}) = _tounsigned(UInt16, x)::UInt16
UInt16(x::Bool) = _frombool(UInt16, x)::UInt16
UInt32(x::UInt32) = x
UInt32(x::Union{_BootSigned,_BootUnsigned}) = _tounsigned(UInt32, x)::UInt32
UInt32(x::Bool) = _frombool(UInt32, x)::UInt32
UInt64(x::UInt64) = x
UInt64(x::Union{_BootSigned,_BootUnsigned}) = _tounsigned(UInt64, x)::UInt64
UInt64(x::Bool) = _frombool(UInt64, x)::UInt64
UInt128(x::UInt128) = x
UInt128(x::Union{_BootSigned,_BootUnsigned}) = _tounsigned(UInt128, x)::UInt128
UInt128(x::Bool) = _frombool(UInt128, x)::UInt128

# Abstract targets choose the width by the argument.
Signed(x::UInt8) = Int8(x)
Signed(x::UInt16) = Int16(x)
Signed(x::UInt32) = Int32(x)
Signed(x::UInt64) = Int64(x)
Signed(x::UInt128) = Int128(x)
Signed(x::Union{Float16,Float32,Float64,Bool}) = Int(x)
Unsigned(x::Int8) = UInt8(x)
Unsigned(x::Int16) = UInt16(x)
Unsigned(x::Int32) = UInt32(x)
Unsigned(x::Int64) = UInt64(x)
Unsigned(x::Int128) = UInt128(x)
Unsigned(x::Union{Float16,Float32,Float64,Bool}) = UInt(x)
Integer(x::Integer) = x
Integer(x::Union{Float16,Float32,Float64}) = Int(x)

# Pointers are numbers of the machine's width.
Int64(x::Ptr) = Intrinsics.bitcast(Int64, x)
UInt64(x::Ptr) = Intrinsics.bitcast(UInt64, x)
Ptr{T}(x::Union{Int64,UInt64,Ptr}) where {T} = Intrinsics.bitcast(Ptr{T}, x)
Ptr{T}() where {T} = Intrinsics.bitcast(Ptr{T}, UInt64(0))

# ---- arrays -----------------------------------------------------------------------------------------

Array{T,1}(::UndefInitializer, m::Int) where {T} =
    ccall(:jl_alloc_array_1d, Array{T,1}, (Any, Int), Array{T,1}, m)
Array{T,2}(::UndefInitializer, m::Int, n::Int) where {T} =
    ccall(:jl_alloc_array_2d, Array{T,2}, (Any, Int, Int), Array{T,2}, m, n)
Array{T,3}(::UndefInitializer, m::Int, n::Int, o::Int) where {T} =
    ccall(:jl_alloc_array_3d, Array{T,3}, (Any, Int, Int, Int), Array{T,3}, m, n, o)
Array{T,N}(::UndefInitializer, d::Vararg{Int,N}) where {T,N} =
    ccall(:jl_new_array, Array{T,N}, (Any, Any), Array{T,N}, d)
Array{T,1}(::UndefInitializer, d::NTuple{1,Int}) where {T} = Array{T,1}(undef, getfield(d, 1))
Array{T,2}(::UndefInitializer, d::NTuple{2,Int}) where {T} = Array{T,2}(undef, getfield(d, 1), getfield(d, 2))
Array{T,3}(::UndefInitializer, d::NTuple{3,Int}) where {T} =
    Array{T,3}(undef, getfield(d, 1), getfield(d, 2), getfield(d, 3))
Array{T,N}(::UndefInitializer, d::NTuple{N,Int}) where {T,N} =
    ccall(:jl_new_array, Array{T,N}, (Any, Any), Array{T,N}, d)
# The number of dimensions follows from the arguments.
Array{T}(::UndefInitializer, m::Int) where {T} = Array{T,1}(undef, m)
Array{T}(::UndefInitializer, m::Int, n::Int) where {T} = Array{T,2}(undef, m, n)
Array{T}(::UndefInitializer, m::Int, n::Int, o::Int) where {T} = Array{T,3}(undef, m, n, o)
Array{T}(::UndefInitializer, d::NTuple{N,Int}) where {T,N} = Array{T,N}(undef, d)
Array{T,1}() where {T} = Array{T,1}(undef, 0)
(::Type{Array{T,1} where T})() = Array{Any,1}(undef, 0)

(::Type{Array{T,N} where T})(x::AbstractArray{S,N}) where {S,N} = Array{S,N}(x)
Array(A::AbstractArray{T,N}) where {T,N} = Array{T,N}(A)
Array{T}(A::AbstractArray{S,N}) where {T,N,S} = Array{T,N}(A)
AbstractArray{T}(A::AbstractArray{S,N}) where {T,S,N} = AbstractArray{T,N}(A)

# ---- symbols ----------------------------------------------------------------------------------------

Symbol(s::Symbol) = s
Symbol(s::String) = ccall(:jl_symbol_n, Ref{Symbol}, (Ptr{UInt8}, Int),
                          ccall(:jl_string_ptr, Ptr{UInt8}, (Any,), s), sizeof(s))
Symbol(a::Array{UInt8,1}) = ccall(:jl_symbol_n, Ref{Symbol}, (Ptr{UInt8}, Int),
                                  ccall(:jl_array_ptr, Ptr{UInt8}, (Any,), a), Intrinsics.arraylen(a))

# ---- modules, tasks, named tuples -------------------------------------------------------------------

Module(name::Symbol=:anonymous, std_imports::Bool=true, default_names::Bool=true) =
    ccall(:jl_f_new_module, Ref{Module}, (Any, Bool, Bool), name, std_imports, default_names)

Task(@nospecialize(f), reserved_stack::Int=0) =
    ccall(:jl_new_task_default, Ref{Task}, (Any, Int), f, reserved_stack)

eval(Core, :(NamedTuple() = $(Expr(:new, :(NamedTuple{(),Tuple{}})))))
eval(Core, :(NamedTuple{names}(args::Tuple) where {names} = $(Expr(:splatnew, :(NamedTuple{names,typeof(args)}), :args))))
eval(Core, :(NamedTuple{names,T}(args::T) where {names,T<:Tuple} = $(Expr(:splatnew, :(NamedTuple{names,T}), :args))))

# What inference knows of a value that is always the same.
struct Const
    val::Any
    Const(@nospecialize(val)) = new(val)
end

# ---- the module of the IR's types -------------------------------------------------------------------

baremodule IR
export CodeInfo, MethodInstance, CodeInstance, GotoNode, GotoIfNot, ReturnNode,
    NewvarNode, SSAValue, SlotNumber, Argument, PhiNode
using Core: CodeInfo, MethodInstance, CodeInstance, GotoNode, GotoIfNot, ReturnNode,
    NewvarNode, SSAValue, SlotNumber, Argument, PhiNode
end

# ---- doc system: the hook that the parser's `@doc` calls -----------------------------------------------

isbasicdoc(@nospecialize x) = (isa(x, Expr) && x.head === :.) || isa(x, Union{QuoteNode,Symbol})
# Before Base has a doc system a docstring is dropped and the definition stays.
iscallexpr(@nospecialize x) = isa(x, Expr) && (x.head === :call || ((x.head === :where || x.head === :(::)) && iscallexpr(getfield(x, :args)[1])))
ignoredoc(source, mod, str, expr) = isbasicdoc(expr) || iscallexpr(expr) ? Expr(:escape, nothing) : Expr(:escape, expr)
atdoc = ignoredoc
atdoc!(λ) = global atdoc = λ

macro doc(x...)
    docex = atdoc(__source__, __module__, x...)
    isa(docex, Expr) && docex.head === :escape && return docex
    return Expr(:escape, Expr(Symbol("hygienic-scope"), docex, typeof(atdoc).name.module))
end
macro __doc__(x)
    return Expr(:escape, Expr(:block, Expr(:meta, :doc), x))
end

# Literals that do not fit the parser's own types, and command literals: Base adds the methods.
macro int128_str end
macro uint128_str end
macro big_str end
macro cmd end

# ---- raw printing -----------------------------------------------------------------------------------

struct CoreSTDOUT <: IO end
struct CoreSTDERR <: IO end
const stdout = CoreSTDOUT()
const stderr = CoreSTDERR()

_rawstream(::CoreSTDOUT) = 1
_rawstream(::CoreSTDERR) = 2
_rawput(fd::Int, x::String) = ccall(:jl_raw_write, Cvoid, (Int, Any), fd, x)
_rawput(fd::Int, x::Symbol) = ccall(:jl_raw_write, Cvoid, (Int, Any), fd, x)
_rawput(fd::Int, @nospecialize(x)) = ccall(:jl_raw_show, Cvoid, (Int, Any), fd, x)

print(x) = print(stdout, x)
print(io::Union{CoreSTDOUT,CoreSTDERR}, x) = _rawput(_rawstream(io), x)
print(io::Union{CoreSTDOUT,CoreSTDERR}, x, xs...) = (print(io, x); print(io, xs...))
println(io::Union{CoreSTDOUT,CoreSTDERR}) = _rawput(_rawstream(io), "\n")
println(io::Union{CoreSTDOUT,CoreSTDERR}, xs...) = (print(io, xs...); println(io))
println(xs...) = println(stdout, xs...)
show(x) = ccall(:jl_raw_show, Cvoid, (Int, Any), 1, x)

# ---- Core.Compiler ----------------------------------------------------------------------------------
# The compiler is not written in Julia here; the module carries the queries that packages ask of it.

baremodule Compiler
using Core: @nospecialize
using Core

# The inferred result of a call of `f` with arguments of these types (`Union{}` where it never returns).
function return_type(@nospecialize(f), @nospecialize(t::DataType))
    return ccall(:jl_return_type, Any, (Any, Any, UInt), f, t, ccall(:jl_get_world_counter, UInt, ()))
end
function return_type(@nospecialize(f), @nospecialize(t::DataType), world::UInt)
    return ccall(:jl_return_type, Any, (Any, Any, UInt), f, t, world)
end
return_type(@nospecialize(t::DataType)) =
    ccall(:jl_return_type_sig, Any, (Any, UInt), t, ccall(:jl_get_world_counter, UInt, ()))
end
