# summarysize.jl: the memory that a value and everything it refers to take.

"""
    Base.summarysize(obj; exclude=Union{...}, chargeall=Union{...}) -> Int

The bytes of all objects that can be reached from `obj`.
"""
function summarysize(obj;
                     exclude=Union{DataType,Core.TypeName,Core.MethodInstance},
                     chargeall=Union{Method})
    return _summarysize(obj, exclude, chargeall)
end

function _summarysize(@nospecialize(root), @nospecialize(exclude), @nospecialize(chargeall))
    seen = IdDict{Any,Any}()
    todo = Any[root]
    size = 0
    while !isempty(todo)
        x = pop!(todo)
        (x isa exclude && x !== root) && continue
        if x isa Symbol || x isa Module
            continue
        end
        if ismutable(x) || x isa String || x isa SimpleVector
            haskey(seen, x) && continue
            seen[x] = nothing
        end
        if x isa String
            size += sizeof(Int) + sizeof(x)
        elseif x isa SimpleVector
            size += (length(x) + 1) * sizeof(Int)
            for i in 1:length(x)
                push!(todo, x[i])
            end
        elseif x isa Array
            # The header, and the elements where they are stored inline.
            size += 40 + length(x) * elsize(typeof(x))
            if !isbitstype(eltype(x))
                for i in 1:length(x)
                    isassigned(x, i) && _push_reference!(todo, x[i], eltype(x))
                end
            end
        elseif x isa Type
            size += sizeof(Int)
        else
            size += Core.sizeof(x)
            for i in 1:nfields(x)
                isdefined(x, i) || continue
                _push_reference!(todo, getfield(x, i), fieldtype(typeof(x), i))
            end
        end
    end
    return size
end
# What is stored inline has been counted with its container; only its references remain.
function _push_reference!(todo, @nospecialize(v), @nospecialize(T))
    if allocatedinline(T) && isconcretetype(T)
        for i in 1:nfields(v)
            isdefined(v, i) && _push_reference!(todo, getfield(v, i), fieldtype(typeof(v), i))
        end
    else
        push!(todo, v)
    end
    return nothing
end
