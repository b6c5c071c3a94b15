# dump: every field of a value, level by level; summaries for arrays of plain elements.

const DUMP_DEFAULT_MAXDEPTH = 8

function dump(io::IO, x::SimpleVector, n::Int, indent)
    isempty(x) && return print(io, "empty SimpleVector")
    print(io, "SimpleVector")
    if n > 0
        for i in 1:length(x)
            println(io)
            print(io, indent, "  ", i, ": ")
            isassigned(x, i) ? dump(io, x[i], n - 1, string(indent, "  ")) : print(io, undef_ref_str)
        end
    end
end

function dump(io::IO, @nospecialize(x), n::Int, indent)
    if x === Union{}
        show(io, x)
        return
    end
    T = typeof(x)
    isa(x, Function) ? print(io, x, " (function of type ", T, ")") : print(io, T)
    nf = nfields(x)
    if nf > 0
        if n > 0 && !show_circular(io, x)
            recur_io = IOContext(io, Pair{Symbol,Any}(:SHOWN_SET, x))
            for field in 1:nf
                println(io)
                fname = T <: Tuple ? string(field) : string(fieldname(T, field))
                print(io, indent, "  ", fname, ": ")
                if isdefined(x, field)
                    dump(recur_io, getfield(x, field), n - 1, string(indent, "  "))
                else
                    print(io, undef_ref_str)
                end
            end
        end
    elseif !isa(x, Function)
        print(io, " ")
        show(io, x)
    end
    return
end

dump(io::IO, x::Module, n::Int, indent) = print(io, "Module ", x)
dump(io::IO, x::String, n::Int, indent) = (print(io, "String "); show(io, x))
dump(io::IO, x::Symbol, n::Int, indent) = print(io, typeof(x), " ", x)
dump(io::IO, x::Union, n::Int, indent) = print(io, x)
dump(io::IO, x::Ptr, n::Int, indent) = print(io, x)

function dump_elts(io::IO, x::Array, n::Int, indent, i0, i1)
    for i in i0:i1
        print(io, indent, "  ", i, ": ")
        if !isassigned(x, i)
            print(io, undef_ref_str)
        else
            dump(io, x[i], n - 1, string(indent, "  "))
        end
        i < i1 && println(io)
    end
end

function dump(io::IO, x::Array, n::Int, indent)
    print(io, "Array{", eltype(x), "}(", size(x), ")")
    if eltype(x) <: Number
        print(io, " ")
        show(io, x)
    elseif n > 0 && !isempty(x) && !show_circular(io, x)
        println(io)
        recur_io = IOContext(io, :SHOWN_SET => x)
        lx = length(x)
        if get(io, :limit, false)::Bool
            dump_elts(recur_io, x, n, indent, 1, (lx <= 10 ? lx : 5))
            if lx > 10
                println(io)
                println(io, indent, "  ...")
                dump_elts(recur_io, x, n, indent, lx - 4, lx)
            end
        else
            dump_elts(recur_io, x, n, indent, 1, lx)
        end
    end
    return
end

# Types show what they are below and their fields.
function dump(io::IO, x::DataType, n::Int, indent)
    print(io, x)
    if x !== Any
        print(io, " <: ", supertype(x))
    end
    if n > 0 && !(x <: Tuple) && !isabstracttype(x)
        tvar_io = IOContext(io)
        for tparam in x.parameters
            # the parameters of an enclosing UnionAll are bound
            tparam isa TypeVar && (tvar_io = IOContext(tvar_io, :unionall_env => tparam))
        end
        fields = fieldnames(x)
        fieldtypes = x.types
        for idx in 1:length(fields)
            println(io)
            print(io, indent, "  ")
            is_mut = ismutabletype(x)
            is_mut && isconst(x, idx) && print(io, "const ")
            print(io, fields[idx])
            isassigned(fieldtypes, idx) || continue
            print(io, "::")
            print(tvar_io, fieldtypes[idx])
        end
    end
    return
end

dump(arg; maxdepth = DUMP_DEFAULT_MAXDEPTH) = (dump(stdout, arg; maxdepth = maxdepth); nothing)
function dump(io::IO, @nospecialize(x); maxdepth = DUMP_DEFAULT_MAXDEPTH)
    dump(io, x, maxdepth, "")
    println(io)
end
