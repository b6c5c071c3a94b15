# refpointer.jl: references as arguments of `ccall`, and `Ref` as a collection of one value.

"""
    Ref{T}

A reference to a value of type `T`: a box, an array element, or a pointer from C.
"""
Ref

# C texts: like pointers, but checked for embedded zeros when converted.
primitive type Cstring 64 end
primitive type Cwstring 64 end

# The general constructors.
Ref(x::Any) = RefValue(x)
Ref{T}() where {T} = RefValue{T}()
Ref{T}(x) where {T} = RefValue{T}(x)
Ref(x::Ref) = x
Ref(x::Ptr{T}, i::Integer=1) where {T} = x + (i - 1) * Core.sizeof(T)

convert(::Type{Ref{T}}, x::Ref{T}) where {T} = x
convert(::Type{Ref{T}}, x) where {T} = RefValue{T}(x)::RefValue{T}

unsafe_convert(::Type{Ref{T}}, x::Ref{T}) where {T} = unsafe_convert(Ptr{T}, x)
unsafe_convert(::Type{Ref{T}}, x) where {T} = unsafe_convert(Ptr{T}, x)
cconvert(::Type{Ref{T}}, x::Ref{T}) where {T} = x
cconvert(::Type{Ref{T}}, x::AbstractArray{T}) where {T} = x
cconvert(::Type{Ref{T}}, x) where {T} = RefValue{T}(convert(T, x))
cconvert(::Type{Ref{T}}, x::Ptr) where {T} = x
cconvert(::Type{Ref{T}}, x::Array{T}) where {T} = x

# One element of an array, by reference.
struct RefArray{T,A<:AbstractArray{T},R} <: Ref{T}
    x::A
    i::Int
    roots::R # what the element refers to, kept alive
    RefArray{T,A,R}(x, i, roots=nothing) where {T,A<:AbstractArray{T},R} = new(x, i, roots)
end
RefArray(x::AbstractArray{T}, i::Int, roots::Any) where {T} = RefArray{T,typeof(x),Any}(x, i, roots)
RefArray(x::AbstractArray{T}, i::Int=1, roots::Nothing=nothing) where {T} = RefArray{T,typeof(x),Nothing}(x, i, nothing)
RefArray(x::AbstractArray{T}, i::Integer, roots::Any) where {T} = RefArray{T,typeof(x),Any}(x, Int(i), roots)
RefArray(x::AbstractArray{T}, i::Integer, roots::Nothing=nothing) where {T} = RefArray{T,typeof(x),Nothing}(x, Int(i), nothing)
Ref(x::AbstractArray, i::Integer) = RefArray(x, i)

# An array of texts or references, as C's array of pointers with a null at its end.
cconvert(::Type{Ptr{P}}, a::Array{<:Ptr}) where {P<:Ptr} = a
cconvert(::Type{Ptr{P}}, a::Array) where {P<:Union{Ptr,Cwstring,Cstring}} = _pointer_array(P, a)
cconvert(::Type{Ref{P}}, a::Array{<:Ptr}) where {P<:Ptr} = a
cconvert(::Type{Ref{P}}, a::Array) where {P<:Union{Ptr,Cwstring,Cstring}} = _pointer_array(P, a)
function _pointer_array(::Type{P}, a::Array{T}) where {P,T}
    T <: P && return RefArray(a, 1, nothing)
    ptrs = Array{P,1}(undef, length(a) + 1)
    roots = Array{Any,1}(undef, length(a))
    for i in 1:length(a)
        root = cconvert(P, a[i])
        ptrs[i] = unsafe_convert(P, root)::P
        roots[i] = root
    end
    ptrs[length(a)+1] = bitcast(P, C_NULL)
    return RefArray(ptrs, 1, roots)
end

isassigned(x::RefArray) = isassigned(x.x, x.i)
unsafe_convert(P::Type{Ptr{T}}, b::RefArray{T}) where {T} = convert(P, pointer(b.x, b.i))
unsafe_convert(::Type{Ptr{Cvoid}}, b::RefArray{T}) where {T} = convert(Ptr{Cvoid}, unsafe_convert(Ptr{T}, b))
getindex(b::RefArray) = b.x[b.i]
setindex!(b::RefArray, x) = (b.x[b.i] = x; b)

# A Ref holds one value and has no dimensions.
size(x::Ref) = ()
axes(x::Ref) = ()
length(x::Ref) = 1
isempty(x::Ref) = false
ndims(x::Ref) = 0
ndims(::Type{<:Ref}) = 0
iterate(r::Ref) = (r[], nothing)
iterate(r::Ref, s) = nothing
IteratorSize(::Type{<:Ref}) = HasShape{0}()
eltype(::Type{<:Ref{T}}) where {T} = T
get(r::Ref, default) = r[]
