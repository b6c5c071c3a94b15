# Arrays as text: the aligned form with a summary line (text/plain), and the one-line form that reads
# as source. How elements are shown depends on what the context already says about their type
# (:typeinfo), so that [1.0f0] is `Float32[1.0]` but one of many in an outer array is `[1.0]`.

const undef_ref_alignment = (3, 3)

## alignment: characters left and right of the column's axis

alignment(io::IO, @nospecialize(x)) = (0, length(sprint(show, x, context = _nocolor(io), sizehint = 0)))
alignment(io::IO, x::Number) = (length(sprint(show, x, context = _nocolor(io), sizehint = 0)), 0)
alignment(io::IO, x::Integer) = (length(sprint(show, x, context = _nocolor(io), sizehint = 0)), 0)
_nocolor(io::IO) = get(io, :color, false)::Bool ? IOContext(io, :color => false) : io

# Reals at the decimal point or the exponent.
function alignment(io::IO, x::Real)
    s = sprint(show, x, context = _nocolor(io), sizehint = 0)
    n = 0
    for c in s
        (c == '.' || c == 'e' || c == 'E' || c == 'f' || c == 'F') && return (n, length(s) - n)
        n += 1
    end
    return (n, 0)
end

# Complex numbers behind the sign of the imaginary part: the last one that is not an exponent's.
function alignment(io::IO, x::Complex)
    s = sprint(show, x, context = _nocolor(io), sizehint = 0)
    chars = collect(s)
    k = length(chars)
    while k > 1
        if (chars[k] == '+' || chars[k] == '-') && chars[k - 1] != 'e' && chars[k - 1] != 'f'
            return (k, length(chars) - k)
        end
        k -= 1
    end
    return (length(chars), 0)
end
function alignment(io::IO, x::Rational)
    s = sprint(show, x, context = _nocolor(io), sizehint = 0)
    n = 0
    for c in s
        n += 1
        c == '/' && return (n, length(s) - n)
    end
    return (length(s), 0)
end
function alignment(io::IO, x::Pair)
    full = length(sprint(show, x, context = io, sizehint = 0))
    isdelimited(io, x) && return (0, full)
    ctx = IOContext(io, :typeinfo => gettypeinfos(io, x)[1])
    left = length(sprint(show, x.first, context = ctx, sizehint = 0))
    left += 2 * !isdelimited(ctx, x.first)
    left += !(get(io, :compact, false)::Bool)
    return (left + 1, full - left - 1)
end

# The widths of the columns, as many as fit.
function alignment(io::IO, @nospecialize(X::AbstractVecOrMat), rows::AbstractVector{T}, cols::AbstractVector{V},
                   cols_if_complete::Integer, cols_otherwise::Integer, sep::Integer,
                   ncols::Integer = length(cols)) where {T,V}
    a = Tuple{Int,Int}[]
    width = 0 # of all columns in `a`, without separators
    for j in cols
        l = r = 0
        for i in rows
            aij = isassigned(X, i, j) ? alignment(io, X[i, j])::Tuple{Int,Int} : undef_ref_alignment
            l = max(l, aij[1])
            r = max(r, aij[2])
        end
        push!(a, (l, r))
        width += l + r
        if length(a) > 1 && width + sep * length(a) >= cols_if_complete
            pop!(a)
            width -= l + r
            break
        end
    end
    if 1 < length(a) < ncols
        while width + sep * length(a) >= cols_otherwise
            (l, r) = pop!(a)
            width -= l + r
        end
    end
    return a
end

## the aligned form

# A string that stands for an element which is zero by structure (sparse and triangular matrices).
replace_in_print_matrix(A::AbstractMatrix, i::Integer, j::Integer, s::AbstractString) = s
replace_in_print_matrix(A::AbstractVector, i::Integer, j::Integer, s::AbstractString) = s
function replace_with_centered_mark(s::AbstractString; c::AbstractChar = '⋅')
    N = textwidth(s)
    return join(setindex!([" " for i in 1:N], string(c), ceil(Int, N / 2)))
end

function print_matrix_row(io::IO, @nospecialize(X::AbstractVecOrMat), A::Vector, i::Integer, cols::AbstractVector,
                          sep::AbstractString, idxlast::Integer = last(axes(X, 2)))
    for (k, j) in enumerate(cols)
        k > length(A) && break
        if isassigned(X, Int(i), Int(j))
            x = X[i, j]
            a = alignment(io, x)::Tuple{Int,Int}
            # the long form of an element, if that is one line
            sx = sprint(show, MIME("text/plain"), x, context = io, sizehint = 0)
            occursin('\n', sx) && (sx = sprint(show, x, context = io, sizehint = 0))
        else
            a = undef_ref_alignment
            sx = undef_ref_str
        end
        l = repeat(" ", max(0, A[k][1] - a[1]))
        r = j == idxlast ? "" : repeat(" ", max(0, A[k][2] - a[2]))
        print(io, l, replace_in_print_matrix(X, i, j, sx), r)
        k < length(A) && print(io, sep)
    end
end

function print_matrix_vdots(io::IO, vdots::AbstractString, A::Vector, sep::AbstractString, M::Integer, m::Integer, pad_right::Bool)
    for k in 1:length(A)
        w = A[k][1] + A[k][2]
        if k % M == m
            l = repeat(" ", max(0, A[k][1] - length(vdots)))
            r = k == length(A) && !pad_right ? "" : repeat(" ", max(0, w - length(vdots) - length(l)))
            print(io, l, vdots, r)
        else
            (k != length(A) || pad_right) && print(io, repeat(" ", w))
        end
        k < length(A) && print(io, sep)
    end
end

print_matrix(io::IO, X::AbstractVecOrMat, pre::AbstractString = " ", sep::AbstractString = "  ", post::AbstractString = "",
             hdots::AbstractString = "  \u2026  ", vdots::AbstractString = "\u22ee", ddots::AbstractString = "  \u22f1  ",
             hmod::Integer = 5, vmod::Integer = 5) =
    _print_matrix(io, X, pre, sep, post, hdots, vdots, ddots, Int(hmod), Int(vmod),
                  unitrange(axes(X, 1)), unitrange(axes(X, 2)))
unitrange(r::AbstractUnitRange{<:Integer}) = UnitRange{Int}(r)
unitrange(r) = r

function _print_matrix(io::IO, @nospecialize(X::AbstractVecOrMat), pre, sep, post, hdots, vdots, ddots, hmod::Int, vmod::Int, rowsA, colsA)
    ncols, idxlast = length(colsA), last(colsA)
    if get(io, :limit, false)::Bool
        sz = displaysize(io)::Tuple{Int,Int}
        screenheight, screenwidth = sz[1] - 4, sz[2]
    else
        screenheight = screenwidth = typemax(Int)
    end
    screenwidth -= length(pre) + length(post)
    presp = repeat(" ", length(pre))
    sepsize = length(sep)
    m, n = length(rowsA), length(colsA)
    # only rows and columns that can appear are measured
    halfheight = div(screenheight, 2)
    if m > screenheight
        f, l = first(rowsA), last(rowsA)
        rowsA = vcat(collect(f:(f + halfheight - 1)), collect((l - div(screenheight - 1, 2) + 1):l))
    else
        rowsA = collect(rowsA)
    end
    maxpossiblecols = div(screenwidth, 1 + sepsize)
    if n > maxpossiblecols
        f, l = first(colsA), last(colsA)
        colsA = vcat(collect(f:(f + maxpossiblecols - 1)), collect((l - maxpossiblecols + 1):l))
    else
        colsA = collect(colsA)
    end
    A = alignment(io, X, rowsA, colsA, screenwidth, screenwidth, sepsize, ncols)

    if n <= length(A) # all columns
        n == 0 && m <= screenheight && return
        for i in rowsA
            print(io, i == first(rowsA) ? pre : presp)
            print_matrix_row(io, X, A, i, colsA, sep, idxlast)
            i == last(rowsA) && print(io, post)
            i == last(rowsA) || println(io)
            if m > screenheight && i == rowsA[halfheight]
                print(io, presp)
                print_matrix_vdots(io, vdots, A, sep, vmod, 1, false)
                println(io)
            end
        end
    else
        c = div(screenwidth - length(hdots) + 1, 2) + 1 # what goes to the right of the dots
        Ralign = reverse(alignment(io, X, rowsA, reverse(colsA), c, c, sepsize, ncols))
        c = screenwidth - _sum_widths(Ralign) - (length(Ralign) - 1) * sepsize - length(hdots)
        Lalign = alignment(io, X, rowsA, colsA, c, c, sepsize, ncols)
        r = mod(length(Ralign) - n + 1, vmod) # where the dots stand on the right
        leftcols = colsA[1:length(Lalign)]
        rightcols = (n - length(Ralign)) .+ colsA
        f = first(rowsA)
        for i in rowsA
            print(io, i == f ? pre : presp)
            print_matrix_row(io, X, Lalign, i, leftcols, sep, idxlast)
            print(io, (i - f) % hmod == 0 ? hdots : repeat(" ", length(hdots)))
            print_matrix_row(io, X, Ralign, i, rightcols, sep, idxlast)
            i == last(rowsA) && print(io, post)
            i == last(rowsA) || println(io)
            if m > screenheight && i == rowsA[halfheight]
                print(io, presp)
                print_matrix_vdots(io, vdots, Lalign, sep, vmod, 1, true)
                print(io, ddots)
                print_matrix_vdots(io, vdots, Ralign, sep, vmod, r, false)
                println(io)
            end
        end
    end
    if isempty(rowsA)
        print(io, pre)
        print(io, vdots)
        length(colsA) > 1 && print(io, "    ", ddots)
        print(io, post)
    end
    return
end
function _sum_widths(a)
    w = 0
    for (l, r) in a
        w += l + r
    end
    return w
end

print_array(io::IO, X::AbstractVecOrMat) = print_matrix(io, X)
print_array(io::IO, X::AbstractArray) = show_nd(io, X, print_matrix, true)
print_array(io::IO, X::AbstractArray{<:Any,0}) = isassigned(X) ? show(io, X[]) : print(io, undef_ref_str)

# Slice by slice: with a label each (`show_full`), or separated by semicolons.
function show_nd(io::IO, a::AbstractArray, print_slice, show_full::Bool, prefix::AbstractString = "")
    limit = get(io, :limit, false)::Bool
    isempty(a) && return
    tailinds = tail(tail(axes(a)))
    nd = ndims(a) - 2
    show_full || print(io, prefix, "[")
    Is = CartesianIndices(tailinds)
    lastidxs = first(Is).I
    reached_last_d = false
    for I in Is
        idxs = I.I
        action = limit ? _slice_elision(tailinds, idxs, nd, axes(a)) : 0
        if action > 0
            print(io, ";"^(action + 2))
            print(io, " \u2026 ")
            show_full && print(io, "\n\n")
        end
        if action == 0
            show_full && _show_nd_label(io, a, idxs)
            slice = view(a, axes(a, 1), axes(a, 2), idxs...)
            if show_full
                print_slice(io, slice)
                print(io, idxs == map(last, tailinds) ? "" : "\n\n")
            else
                changed = 0
                for d in 1:nd
                    lastidxs[d] - idxs[d] < 0 && (changed = d)
                end
                if changed > 0
                    print(io, ";"^(changed + 2))
                    changed + 2 == ndims(a) && (reached_last_d = true)
                    print(io, " ")
                end
                print_slice(io, slice)
            end
        end
        lastidxs = idxs
    end
    if !show_full
        reached_last_d || print(io, ";"^(nd + 2))
        print(io, "]")
    end
end
# 0: show the slice; -1: leave it out; i > 0: leave it out and put dots for dimension i.
function _slice_elision(tailinds, idxs, nd, axs)
    for i in 1:nd
        ii = idxs[i]
        ind = tailinds[i]
        if length(ind) > 10
            all_first = all(d -> idxs[d] == first(tailinds[d]), 1:(i - 1))
            if ii == ind[firstindex(ind) + 3] && all_first
                for j in (i + 1):nd
                    szj = length(axs[j + 2])
                    indj = tailinds[j]
                    if szj > 10 && first(indj) + 2 < idxs[j] <= last(indj) - 3
                        return -1
                    end
                end
                return i
            end
            ind[firstindex(ind) + 2] < ii <= ind[end - 3] && return -1
        end
    end
    return 0
end
_show_nd_label(io::IO, a::AbstractArray, idxs) = print(io, "[:, :, ", join(idxs, ", "), "] =\n")

function show(io::IO, ::MIME"text/plain", X::AbstractArray)
    if isempty(X) && (get(io, :compact, false)::Bool || X isa AbstractVector)
        return show(io, X)
    end
    summary(io, X)
    isempty(X) && return
    print(io, ":")
    show_circular(io, X) && return
    if !haskey(io, :compact) && length(axes(X, 2)) > 1
        io = IOContext(io, :compact => true)
    end
    if get(io, :limit, false)::Bool && eltype(X) === Method
        io = IOContext(io, :limit => false)
    end
    if get(io, :limit, false)::Bool && displaysize(io)[1] - 4 <= 0
        return print(io, " …")
    else
        println(io)
    end
    io = IOContext(io, :typeinfo => eltype(X))
    print_array(IOContext(io, :SHOWN_SET => X), X)
end

## the one-line form

show(io::IO, X::AbstractVector) = show_vector(io, X)
function show(io::IO, X::AbstractArray)
    ndims(X) == 0 && return show_zero_dim_array(io, X)
    ndims(X) == 1 && return show_vector(io, X)
    prefix, implicit = typeinfo_prefix(io, X)
    implicit || (io = IOContext(io, :typeinfo => eltype(X)))
    isempty(X) ? _show_empty(io, X) : _show_nonempty(io, X, prefix)
end

function show_zero_dim_array(io::IO, X::AbstractArray{<:Any,0})
    if isassigned(X)
        print(io, "fill(")
        show(io, X[])
    else
        print(io, "Array{", eltype(X), ", 0}(")
        show(io, undef)
    end
    print(io, ")")
end

function _show_empty(io::IO, X::AbstractArray)
    if X isa Array
        show(io, typeof(X))
        print(io, "(undef, ", join(size(X), ", "), ")")
    else
        summary(io, X)
    end
end

function _show_nonempty(io::IO, X::AbstractMatrix, prefix::String)
    print(io, prefix, "[")
    _show_rows(io, X)
    length(axes(X, 2)) > 1 || print(io, ";;")
    print(io, "]")
end
_show_nonempty(io::IO, X::AbstractArray, prefix::String) = show_nd(io, X, _show_slice, false, prefix)
# One slice of an array of more dimensions: its columns stay apart by the semicolons of the slices.
function _show_slice(io::IO, X::AbstractMatrix)
    _show_rows(io, X)
end

function _show_rows(io::IO, X::AbstractMatrix)
    limit = get(io, :limit, false)::Bool
    indr, indc = unitrange(axes(X, 1)), unitrange(axes(X, 2))
    nr, nc = length(indr), length(indc)
    rdots = limit && nr > 4
    cdots = limit && nc > 4
    rr1, rr2 = rdots ? (indr[1:2], indr[(nr - 1):nr]) : (indr, 1:0)
    cr1, cr2 = cdots ? (indc[1:2], indc[(nc - 1):nc]) : (indc, 1:0)
    for rr in (rr1, rr2)
        for i in rr
            for cr in (cr1, cr2)
                for j in cr
                    j > first(cr) && print(io, " ")
                    if isassigned(X, i, j)
                        show(io, X[i, j])
                    else
                        print(io, undef_ref_str)
                    end
                end
                if !isempty(cr) && last(cr) == last(indc)
                    i < last(indr) && print(io, "; ")
                elseif cdots && !isempty(cr)
                    print(io, " \u2026 ")
                end
            end
        end
        !isempty(rr) && last(rr) != last(indr) && rdots && print(io, "\u2026 ; ")
    end
end

function show_vector(io::IO, v, opn = '[', cls = ']')
    prefix, implicit = typeinfo_prefix(io, v)
    print(io, prefix)
    implicit || (io = IOContext(io, :typeinfo => eltype(v)))
    limited = get(io, :limit, false)::Bool
    if limited && length(v) > 20 && v isa AbstractArray
        axs1 = axes1(v)
        f, l = first(axs1), last(axs1)
        show_delim_array(io, v, opn, ",", "", false, f, f + 9)
        print(io, "  …  ")
        show_delim_array(io, v, "", ",", cls, false, l - 9, l)
    elseif limited && length(v) > 20
        show_delim_array(io, v, opn, ",", "", false, 1, 10)
        print(io, "  …  ")
        n = length(v)
        show_delim_array(io, v, "", ",", cls, false, n - 9, n)
    else
        show_delim_array(io, v, opn, ",", cls, false)
    end
end

## what the context says

# The element type that is known where a container of type `typeinfo` is shown, or nothing.
function typeinfo_eltype(@nospecialize(typeinfo))
    typeinfo === Union{} && return nothing
    typeinfo isa Type || return nothing
    typeinfo <: AbstractArray && return eltype(typeinfo)
    typeinfo <: AbstractDict && return eltype(typeinfo)
    typeinfo <: AbstractSet && return eltype(typeinfo)
    typeinfo <: KeySet && return eltype(typeinfo)
    return nothing
end

# Types whose values tell their type when they are written out.
function typeinfo_implicit(@nospecialize(T))
    if T === Float64 || T === Int || T === Char || T === String || T === Symbol || issingletontype(T)
        return true
    end
    return isconcretetype(T) &&
        ((T <: Array && typeinfo_implicit(eltype(T))) ||
         ((T <: Tuple || T <: NamedTuple || T <: Pair) && _all_implicit(T)) ||
         (T <: AbstractDict && typeinfo_implicit(keytype(T)) && typeinfo_implicit(valtype(T))))
end
function _all_implicit(@nospecialize(T))
    for ft in fieldtypes(T)
        typeinfo_implicit(ft) || return false
    end
    return true
end

# The prefix of a container, and whether the element type follows from the elements.
function typeinfo_prefix(io::IO, X)
    typeinfo = get(io, :typeinfo, Any)::Type
    X isa typeinfo || (typeinfo = Any)
    eltype_ctx = typeinfo_eltype(typeinfo)
    eltype_X = eltype(X)
    if X isa AbstractDict
        if eltype_X == eltype_ctx || (!isempty(X) && typeinfo_implicit(keytype(X)) && typeinfo_implicit(valtype(X)))
            return sprint(show_type_name, typeof(X).name; context = io), false
        end
        return sprint(print, typeof(X); context = io), false
    end
    if eltype_ctx !== nothing && eltype_X == eltype_ctx
        return "", false
    elseif !isempty(X) && typeinfo_implicit(eltype_X)
        return "", true
    elseif print_without_params(eltype_X)
        return sprint(show_type_name, (unwrap_unionall(eltype_X)::DataType).name; context = io), false
    end
    return sprint(print, eltype_X; context = io), false
end

## summaries

dims2string(d) = isempty(d) ? "0-dimensional" :
    length(d) == 1 ? "$(d[1])-element" : join(map(string, d), '×')
inds2string(inds) = join(map(_indsstring, inds), '×')
_indsstring(i) = string(i)
_indsstring(i::Union{IdentityUnitRange,Slice}) = string(i.indices)

summary(io::IO, a::AbstractArray) = array_summary(io, a, axes(a))
function array_summary(io::IO, a, inds::Tuple{Vararg{OneTo}})
    print(io, dims2string(map(length, inds)), " ")
    showarg(io, a, true)
end
function array_summary(io::IO, a, inds)
    print(io, dims2string(map(length, inds)), " ")
    showarg(io, a, true)
    print(io, " with indices ", inds2string(inds))
end

showarg(io::IO, r::SubArray, toplevel) = _show_view(io, r, toplevel)
function _show_view(io::IO, v::SubArray, toplevel)
    print(io, "view(")
    showarg(io, parent(v), false)
    showindices(io, v.indices...)
    print(io, ')')
    toplevel && print(io, " with eltype ", eltype(v))
    return nothing
end
showindices(io, ::Slice, inds...) = (print(io, ", :"); showindices(io, inds...))
showindices(io, ind1, inds...) = (print(io, ", ", ind1); showindices(io, inds...))
showindices(io) = nothing

function showarg(io::IO, r::ReshapedArray, toplevel)
    print(io, "reshape(")
    showarg(io, parent(r), false)
    print(io, ", ", join(r.dims, ", "))
    print(io, ')')
    toplevel && print(io, " with eltype ", eltype(r))
    return nothing
end
function showarg(io::IO, r::ReinterpretArray{T}, toplevel) where {T}
    print(io, "reinterpret(", T, ", ")
    showarg(io, parent(r), false)
    print(io, ')')
    return nothing
end
