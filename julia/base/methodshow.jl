# Methods and lists of methods as text.

const empty_sym = Symbol("")

updated_methodloc(m::Method) = (m.file, Int(m.line))
functionloc(m::Method) = (String(m.file), Int(m.line))
functionloc(@nospecialize(f), @nospecialize(types)) = functionloc(which(f, types))
function functionloc(@nospecialize f)
    mt = methods(f)
    length(mt) == 0 && error("function has no definitions")
    length(mt) > 1 && error("function has multiple methods; please specify a type signature")
    return functionloc(first(mt))
end

# The parts of an argument's declaration: its name, and its type where there is one to show.
function argtype_decl(env, name::Symbol, @nospecialize(sig::DataType), i::Int, nargs::Int, isva::Bool)
    params = sig.parameters
    t = params[min(i, length(params))]
    s = string(name)
    ('#' in s || s == "_") && (s = "")
    t === Any && !isempty(s) && return s, ""
    if isvarargtype(t)
        v = unwrapva(t)
        if !isdefined(t, :N)
            v === Any && return string(s, "..."), ""
            return s, string(_env_string(env, v), "...")
        end
        return s, string("Vararg{", _env_string(env, v), ", ", _env_string(env, t.N), "}")
    end
    return s, _env_string(env, t)
end
_env_string(env, @nospecialize x) = sprint(show, x; context = env)

function arg_decl_parts(m::Method, html = false)
    tv = Any[]
    sig = m.sig
    env = IOContext(IOBuffer())
    while isa(sig, UnionAll)
        push!(tv, sig.var)
        env = IOContext(env, :unionall_env => sig.var)
        sig = sig.body
    end
    file, line = updated_methodloc(m)
    argnames = method_argnames(m)
    decls = Tuple{String,String}[]
    n = Int(m.nargs)
    for i in 1:n
        push!(decls, length(argnames) >= i ? argtype_decl(env, argnames[i], sig, i, n, m.isva) : ("", ""))
    end
    if n > 0
        decls[1] = ("", sprint(show_signature_function, unwrapva(sig.parameters[1]), decls[1][1], html; context = env))
    end
    return tv, decls, file, line
end

function show_method_params(io::IO, tv)
    isempty(tv) && return
    print(io, " where ")
    if length(tv) == 1
        show(io, tv[1])
    else
        print(io, "{")
        for i in 1:length(tv)
            i > 1 && print(io, ", ")
            x = tv[i]
            show(io, x)
            io = IOContext(io, :unionall_env => x)
        end
        print(io, "}")
    end
end

isType(@nospecialize(t)) = isa(t, DataType) && t.name === typename(Type)

# Whether the type is that of the function known by the type's name.
function _isself(@nospecialize(ft))
    isa(ft, DataType) || return false
    tn = ft.name
    isdefined(tn, :mt) || return false
    name = tn.mt.name
    mod = parentmodule(ft)
    return name isa Symbol && isdefined(mod, name) && ft == typeof(getfield(mod, name))
end

# The name of a function as it is called, from the function's type.
function show_signature_function(io::IO, @nospecialize(ft), fargname = "", html = false, qualified = false)
    uw = unwrap_unionall(ft)
    if ft <: Function && isa(uw, DataType) && isempty(uw.parameters) && _isself(uw)
        uwmod = parentmodule(uw)
        name = uw.name.mt.name
        if qualified && !is_exported_from_stdlib(name, uwmod) && uwmod !== Main
            print(io, uwmod, '.')
        end
        show_sym(io, name)
    elseif isType(ft) && (f = ft.parameters[1]; !isa(f, TypeVar))
        uwf = unwrap_unionall(f)
        parens = isa(f, UnionAll) && !(isa(uwf, DataType) && f === uwf.name.wrapper)
        parens && print(io, "(")
        print(io, f)
        parens && print(io, ")")
    else
        print(io, "(", fargname, "::")
        show(io, ft)
        print(io, ")")
    end
    return nothing
end

# The name of a function, from that of its part that takes keywords (`##f#3`).
function demangled_name(name::Symbol)
    s = String(name)
    startswith(s, '#') || return name
    parts = split(lstrip(s, '#'), '#')
    length(parts) == 2 && !isempty(parts[1]) && !isdigit(parts[1][1]) && all(isdigit, parts[2]) || return name
    return Symbol(parts[1])
end

# A call of a specialization as it was written: the part of a function that takes keywords is called with their values,
# the function and its arguments.
function show_spec_call(io::IO, m::Method, @nospecialize(sig))
    names = method_argnames(m)
    name = demangled_name(m.name)
    params = unwrap_unionall(sig).parameters
    is_function(@nospecialize(T)) = T isa DataType && T <: Function && T.name.mt.name === name
    self = name === m.name ? nothing : findfirst(is_function, collect(Any, params))
    self === nothing && return show_tuple_as_call(io, m.name, sig; argnames=names)
    keywords = Pair{Symbol,Any}[names[i] => params[i] for i in 2:self-1]
    rest = Tuple{params[self:end]...}
    show_tuple_as_call(io, name, rest; argnames=names[self:end], kwargs=keywords)
end

# A call written out with the types of its arguments.
function show_tuple_as_call(out::IO, name::Symbol, @nospecialize(sig); kwargs = nothing,
                            argnames = nothing, qualified = false, hasfirst = true)
    if sig === Tuple
        print(out, name, "(...)")
        return
    end
    io = out
    env_io = IOContext(out)
    tv = Any[]
    while isa(sig, UnionAll)
        push!(tv, sig.var)
        env_io = IOContext(env_io, :unionall_env => sig.var)
        sig = sig.body
    end
    params = sig.parameters
    n = length(params)
    if hasfirst && n > 0
        show_signature_function(env_io, params[1], "", false, qualified)
    end
    print(env_io, "(")
    first = hasfirst ? 2 : 1
    for i in first:n
        i > first && print(env_io, ", ")
        if argnames !== nothing && i <= length(argnames)
            s = string(argnames[i])
            '#' in s || print(env_io, s)
        end
        print(env_io, "::")
        if isvarargtype(params[i])
            print(env_io, unwrapva(params[i]), "...")
        else
            show(env_io, params[i])
        end
    end
    if kwargs !== nothing
        print(env_io, "; ")
        for (i, (k, t)) in enumerate(kwargs)
            i > 1 && print(env_io, ", ")
            print(env_io, k, "::")
            show(env_io, t)
        end
    end
    print(env_io, ")")
    show_method_params(out, tv)
    return nothing
end

function print_module_path_file(io::IO, modul, file::AbstractString, line; modulecolor = :light_black, digit_align_width = 0)
    printstyled(io, " "^digit_align_width * "@", color = :light_black)
    if modul !== nothing && modulecolor !== nothing
        print(io, " ")
        printstyled(io, modul, color = modulecolor)
    end
    print(io, " ")
    dir = dirname(file)
    isempty(dir) || printstyled(io, dir, "/", color = :light_black)
    printstyled(io, basename(file), ":", line; color = :light_black, underline = true)
end

show(io::IO, m::Method; kwargs...) = show_method(IOContext(io, :compact => true), m; kwargs...)
show(io::IO, ::MIME"text/plain", m::Method; kwargs...) = show_method(io, m; kwargs...)

function show_method(io::IO, m::Method; modulecolor = :light_black, digit_align_width = 1)
    tv, decls, file, line = arg_decl_parts(m)
    if unwrap_unionall(m.sig) === Tuple
        print(io, m.name, "(...)")
        file = "none"
        line = 0
    else
        print(io, decls[1][2], "(")
        for i in 2:length(decls)
            d = decls[i]
            i > 2 && print(io, ", ")
            printstyled(io, d[1], color = :light_black)
            if !isempty(d[2])
                print(io, "::", d[2])
            end
        end
        kwargs = kwarg_decl(m)
        if !isempty(kwargs)
            print(io, "; ")
            join(io, map(sym_to_string, kwargs), ", ")
        end
        print(io, ")")
        show_method_params(io, tv)
    end
    if !(get(io, :compact, false)::Bool)
        println(io)
        digit_align_width += 4
    end
    print_module_path_file(io, parentmodule(m), string(file), line; modulecolor, digit_align_width)
end
function sym_to_string(sym)
    s = String(sym)
    endswith(s, "...") && return string(sprint(show_sym, Symbol(s[1:prevind(s, end, 3)])), "...")
    return sprint(show_sym, sym)
end

function show_method_list_header(io::IO, ms::MethodList, namefmt::Function)
    mt = ms.mt
    name = mt.name
    hasname = isdefined(mt, :module) && isdefined(mt.module, name) && typeof(getfield(mt.module, name)) <: Function
    n = length(ms)
    print(io, "# ", n, n == 1 ? " method" : " methods")
    sname = string(name)
    if hasname
        what = startswith(sname, '@') ? "macro" : "generic function"
        print(io, " for ", what, " ", namefmt(sname), " from ")
        print(io, mt.module)
    elseif '#' in sname
        print(io, " for anonymous function ", namefmt(sname))
    elseif mt === typename(Type).mt
        print(io, " for type constructor")
    else
        print(io, " for callable object")
    end
    iszero(n) || print(io, ":")
end

function show_method_table(io::IO, ms::MethodList, max::Int = -1, header::Bool = true)
    header && show_method_list_header(io, ms, str -> "\"" * str * "\"")
    n = rest = 0
    width = length(string(max > 0 ? max : length(ms)))
    local last
    for meth in ms
        if max == -1 || n < max
            n += 1
            println(io)
            print(io, " ", lpad("[$n]", width + 2), " ")
            show_method(io, meth; digit_align_width = width)
        else
            rest += 1
            last = meth
        end
    end
    if rest > 0
        println(io)
        if rest == 1
            show_method(io, last)
        else
            print(io, "... ", rest, " methods not shown")
        end
    end
    return nothing
end
show(io::IO, ms::MethodList) = show_method_table(io, ms)
show(io::IO, ::MIME"text/plain", ms::MethodList) = show_method_table(io, ms)
function show(io::IO, mt::Core.MethodTable)
    print(io, "# method table for ", mt.name)
end

inbase(m::Module) = m === Base || (parentmodule(m) !== m && inbase(parentmodule(m)))
