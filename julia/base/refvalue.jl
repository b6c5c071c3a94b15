# refvalue.jl: `Ref(x)`: a mutable box.

"""
    RefValue{T} <: Ref{T}

What `Ref(x)` and `Ref{T}()` make.
"""
mutable struct RefValue{T} <: Ref{T}
    x::T
    RefValue{T}() where {T} = new()
    RefValue{T}(x) where {T} = new(x)
end
RefValue(x::T) where {T} = RefValue{T}(x)

isassigned(x::RefValue) = isdefined(x, :x)

function unsafe_convert(P::Type{Ptr{T}}, b::RefValue{T})::P where {T}
    if allocatedinline(T)
        p = pointer_from_objref(b)
    elseif isconcretetype(T) && ismutabletype(T)
        p = pointer_from_objref(b.x)
    else
        # A reference to an object is passed by its slot in the box.
        p = Core.Intrinsics.pointerref(Ptr{Ptr{Cvoid}}(pointer_from_objref(b)), 1, 1)
    end
    return p
end
function unsafe_convert(P::Type{Ptr{Any}}, b::RefValue{Any})::P
    return pointer_from_objref(b)
end
unsafe_convert(::Type{Ptr{Cvoid}}, b::RefValue{T}) where {T} =
    convert(Ptr{Cvoid}, unsafe_convert(Ptr{T}, b))

getindex(b::RefValue) = b.x
setindex!(b::RefValue, x) = (b.x = x; b)
