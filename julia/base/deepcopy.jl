# deepcopy.jl: copies that share nothing with the original.

"""
    deepcopy(x)

A copy of `x` and of everything that it refers to, with the same sharing.
"""
function deepcopy(@nospecialize x)
    isbitstype(typeof(x)) && return x
    return deepcopy_internal(x, IdDict())::typeof(x)
end

deepcopy_internal(x::Union{Symbol,Core.MethodInstance,Method,GlobalRef,DataType,Union,UnionAll,Task}, stackdict::IdDict) = x
deepcopy_internal(x::Tuple, stackdict::IdDict) =
    ntuple(i -> deepcopy_internal(x[i], stackdict), length(x))
deepcopy_internal(x::Module, stackdict::IdDict) = error("deepcopy of Modules not supported")
deepcopy_internal(x::Core.TypeofBottom, stackdict::IdDict) = x

function deepcopy_internal(x::SimpleVector, stackdict::IdDict)
    haskey(stackdict, x) && return stackdict[x]
    y = Core.svec(Any[deepcopy_internal(x[i], stackdict) for i in 1:length(x)]...)
    stackdict[x] = y
    return y
end

function deepcopy_internal(x::String, stackdict::IdDict)
    haskey(stackdict, x) && return stackdict[x]
    y = GC.@preserve x unsafe_string(pointer(x), sizeof(x))
    stackdict[x] = y
    return y
end

function deepcopy_internal(@nospecialize(x), stackdict::IdDict)
    T = typeof(x)::DataType
    nf = nfields(x)
    if ismutable(x)
        haskey(stackdict, x) && return stackdict[x]
        y = ccall(:jl_new_struct_uninit, Any, (Any,), T)
        stackdict[x] = y
        for i in 1:nf
            if isdefined(x, i)
                xi = getfield(x, i)
                xi = deepcopy_internal(xi, stackdict)::typeof(xi)
                ccall(:jl_set_nth_field, Cvoid, (Any, Csize_t, Any), y, i - 1, xi)
            end
        end
        return y
    elseif nf == 0 || isbitstype(T)
        return x
    end
    # The fields up to the first that is not set; those after it cannot be set either.
    flds = Any[]
    for i in 1:nf
        isdefined(x, i) || break
        xi = getfield(x, i)
        push!(flds, deepcopy_internal(xi, stackdict)::typeof(xi))
    end
    return ccall(:jl_new_struct_partial, Any, (Any, Any), T, flds)
end

function deepcopy_internal(x::Array, stackdict::IdDict)
    haskey(stackdict, x) && return stackdict[x]::typeof(x)
    return _deepcopy_array_t(x, eltype(x), stackdict)
end
function _deepcopy_array_t(@nospecialize(x::Array), T, stackdict::IdDict)
    if isbitstype(T)
        return (stackdict[x] = copy(x))
    end
    dest = similar(x)
    stackdict[x] = dest
    for i in 1:length(x)
        if isassigned(x, i)
            xi = x[i]
            if !isbits(xi)
                xi = deepcopy_internal(xi, stackdict)::typeof(xi)
            end
            dest[i] = xi
        end
    end
    return dest
end

function deepcopy_internal(x::Union{Dict,IdDict}, stackdict::IdDict)
    haskey(stackdict, x) && return stackdict[x]::typeof(x)
    if isbitstype(eltype(x))
        return (stackdict[x] = copy(x))
    end
    dest = empty(x)
    stackdict[x] = dest
    for (k, v) in x
        dest[deepcopy_internal(k, stackdict)] = deepcopy_internal(v, stackdict)
    end
    return dest
end
function deepcopy_internal(x::AbstractLock, stackdict::IdDict)
    haskey(stackdict, x) && return stackdict[x]
    y = typeof(x)()
    stackdict[x] = y
    return y
end
