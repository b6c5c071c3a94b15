# pointer.jl: raw memory: pointers as numbers, loads and stores.

"""
    Ptr{T}

An address of a value of type `T`. `C_NULL` is the null pointer.
"""
Ptr
const C_NULL = Ptr{Cvoid}(0)

isless(x::Ptr{T}, y::Ptr{T}) where {T} = x < y

unsigned(p::Ptr) = UInt(p)
signed(p::Ptr) = Int(p)
(::Type{T})(x::Ptr) where {T<:Integer} = T(UInt(x))
Ptr{T}(x::Integer) where {T} = Ptr{T}(UInt(x))
convert(::Type{T}, x::Ptr) where {T<:Integer} = T(UInt(x))::T
convert(::Type{Ptr{T}}, p::Ptr{T}) where {T} = p
convert(::Type{Ptr{T}}, p::Ptr) where {T} = bitcast(Ptr{T}, p)::Ptr{T}
convert(::Type{Ptr{T}}, x::UInt) where {T} = Ptr{T}(x)
convert(::Type{Ptr{T}}, x::Int) where {T} = Ptr{T}(x)
unsafe_convert(::Type{Ptr{T}}, x::UInt) where {T} = Ptr{T}(x)
unsafe_convert(::Type{Ptr{T}}, x::Int) where {T} = Ptr{T}(x)
Ptr{T}(x::Symbol) where {T} = unsafe_convert(Ptr{T}, x)

# What C gets for a text, an array, a reference.
unsafe_convert(::Type{Ptr{UInt8}}, x::Symbol) = ccall(:jl_symbol_name, Ptr{UInt8}, (Any,), x)
unsafe_convert(::Type{Ptr{Int8}}, x::Symbol) = ccall(:jl_symbol_name, Ptr{Int8}, (Any,), x)
unsafe_convert(::Type{Ptr{UInt8}}, s::String) = ccall(:jl_string_ptr, Ptr{UInt8}, (Any,), s)
unsafe_convert(::Type{Ptr{Int8}}, s::String) = ccall(:jl_string_ptr, Ptr{Int8}, (Any,), s)
cconvert(::Type{Ptr{UInt8}}, s::AbstractString) = String(s)
cconvert(::Type{Ptr{Int8}}, s::AbstractString) = String(s)
unsafe_convert(::Type{Ptr{T}}, a::Array{T}) where {T} = ccall(:jl_array_ptr, Ptr{T}, (Any,), a)
unsafe_convert(::Type{Ptr{S}}, a::AbstractArray{T}) where {S,T} = convert(Ptr{S}, unsafe_convert(Ptr{T}, a))
unsafe_convert(::Type{Ptr{T}}, a::AbstractArray{T}) where {T} =
    error("conversion to pointer not defined for $(typeof(a))")
"""
    unsafe_wrap(Array, pointer::Ptr{T}, dims; own=false)

An array over the memory at a pointer.
"""
function unsafe_wrap(::Union{Type{Array},Type{Array{T}},Type{Array{T,N}}}, p::Ptr{T}, dims::NTuple{N,Int};
                     own::Bool=false) where {T,N}
    return ccall(:jl_ptr_to_array, Array{T,N}, (Any, Ptr{Cvoid}, Any, Int32), Array{T,N}, p, dims, own)
end
function unsafe_wrap(::Union{Type{Array},Type{Array{T}},Type{Array{T,1}}}, p::Ptr{T}, d::Integer;
                     own::Bool=false) where {T}
    return ccall(:jl_ptr_to_array_1d, Array{T,1}, (Any, Ptr{Cvoid}, Csize_t, Cint), Array{T,1}, p, d, own)
end
unsafe_wrap(Atype::Union{Type{Array},Type{Array{T}},Type{Array{T,N}}}, p::Ptr{T}, dims::NTuple{N,<:Integer};
            own::Bool=false) where {T,N} = unsafe_wrap(Atype, p, convert(Tuple{Vararg{Int}}, dims), own=own)

"""
    unsafe_load(p::Ptr{T}, i::Integer=1)

The value at the `i`th place of size `sizeof(T)`.
"""
unsafe_load(p::Ptr, i::Integer=1) = Core.Intrinsics.pointerref(p, Int(i), 1)
unsafe_load(p::Ptr, order::Symbol) = Core.Intrinsics.pointerref(p, 1, 1)

"""
    unsafe_store!(p::Ptr{T}, x, i::Integer=1)

Store `x` at the `i`th place.
"""
unsafe_store!(p::Ptr{Any}, @nospecialize(x), i::Integer=1) = Core.Intrinsics.pointerset(p, x, Int(i), 1)
unsafe_store!(p::Ptr{T}, x, i::Integer=1) where {T} = Core.Intrinsics.pointerset(p, convert(T, x), Int(i), 1)

"""
    pointer(array [, index])

The address of an array, string or element.
"""
pointer(p::Ptr) = p
pointer(x::Symbol) = unsafe_convert(Ptr{UInt8}, x)
pointer(p::String) = unsafe_convert(Ptr{UInt8}, p)
pointer(p::String, i::Integer) = unsafe_convert(Ptr{UInt8}, p) + i - 1
pointer(x::AbstractArray{T}) where {T} = unsafe_convert(Ptr{T}, x)

"""
    unsafe_pointer_to_objref(p::Ptr)

The object at an address that `pointer_from_objref` gave.
"""
unsafe_pointer_to_objref(x::Ptr) = ccall(:jl_value_ptr, Any, (Ptr{Cvoid},), x)

"""
    pointer_from_objref(x)

The address of a mutable object.
"""
function pointer_from_objref(@nospecialize(x))
    ismutable(x) || error("pointer_from_objref cannot be used on immutable objects")
    return ccall(:jl_value_ptr, Ptr{Cvoid}, (Any,), x)
end

# ---- arithmetic -------------------------------------------------------------------------------------

eltype(::Type{Ptr{T}}) where {T} = T
==(x::Ptr, y::Ptr) = UInt(x) == UInt(y)
<(x::Ptr, y::Ptr) = UInt(x) < UInt(y)
-(x::Ptr, y::Ptr) = UInt(x) - UInt(y)
+(x::Ptr, y::Integer) = oftype(x, add_int(UInt(x), y % UInt))
-(x::Ptr, y::Integer) = oftype(x, sub_int(UInt(x), y % UInt))
+(x::Integer, y::Ptr) = y + x

# Julia code runs on one thread, so that these are atomic in any order.

"""
    unsafe_swap!(p::Ptr{T}, x, [order::Symbol])

Store a value and return the one that was there.
"""
function unsafe_swap!(p::Ptr{T}, x, order::Symbol=:not_atomic) where {T}
    old = unsafe_load(p)
    unsafe_store!(p, x)
    return old
end

"""
    unsafe_modify!(p::Ptr{T}, op, x, [order::Symbol]) -> Pair

Store `op(old, x)`; returns `old => new`.
"""
function unsafe_modify!(p::Ptr{T}, op, x, order::Symbol=:not_atomic) where {T}
    old = unsafe_load(p)
    new = convert(T, op(old, x))
    unsafe_store!(p, new)
    return old => new
end

"""
    unsafe_replace!(p::Ptr{T}, expected, desired, [success_order::Symbol[, fail_order::Symbol]]) -> (; old, success)

Store `desired` if the value is `expected`.
"""
function unsafe_replace!(p::Ptr{T}, expected, desired, success_order::Symbol=:not_atomic,
    fail_order::Symbol=success_order) where {T}
    old = unsafe_load(p)
    success = old === convert(T, expected)
    success && unsafe_store!(p, desired)
    return (; old, success)
end
