# `?name`: docstrings.

"""
    REPL.help(text)

Show what is known of a name.
"""
function help(text::String)
    try
        Base.invokelatest(show_help, stdout, strip(text))
    catch
        show_error(current_exceptions())
    end
    return nothing
end

function show_help(io::IO, text::AbstractString)
    isempty(text) && (text = "help")
    ex = Meta.parse(text; raise = false)
    Meta.isexpr(ex, :macrocall) && (ex = ex.args[1])
    name = ex isa Symbol ? string(ex) : text
    found = similar_names(name)
    isempty(found) || println(io, "search: ", join(found, ' '), '\n')
    ex isa Symbol && !isdefined(Main, ex) && !is_documented(ex) &&
        return println(io, "Couldn't find $name\n  No documentation found.\n\n  Binding $name does not exist.")
    markdown = Markdown.parse(documentation(ex))
    Markdown.term(io, markdown, min(displaysize(io)[2], 100))
    println(io)
    return
end

"""
    REPL.fielddoc(T, field)

The docstring of a field, as Markdown; what fields there are if it has none.
"""
fielddoc(@nospecialize(T), field::Symbol) = fielddoc(Docs.aliasof(T, Docs.Binding(parentmodule(T), nameof(T))), field)
function fielddoc(binding::Docs.Binding, field::Symbol)
    for one in Docs.docs(binding)
        fields = get(one.data, :fields, nothing)
        text = fields === nothing ? nothing : get(fields, field, nothing)
        text === nothing || return text isa Markdown.MD ? text : Markdown.parse(text)
    end
    names = Docs.defined(binding) ? fieldnames(Docs.resolve(binding)) : ()
    quoted = join(("`$name`" for name in names), ", ", ", and ")
    return Markdown.parse(isempty(names) ? "`$binding` has no fields." :
                          "`$binding` has field$(length(names) == 1 ? "" : "s") $quoted.")
end

is_documented(name::Symbol) = Docs.hasdoc(Main, name) || Docs.hasdoc(Base, name)

# The docstrings of a name, or what can be said without any.
function documentation(@nospecialize ex)
    binding = binding_of(ex)
    if binding !== nothing
        texts = Docs.docs(binding)
        isempty(texts) || return join([sprint(show, one) for one in texts], "\n\n")
    end
    value = binding === nothing || Docs.defined(binding) ? Core.eval(Main, ex) : nothing
    title = ex isa Symbol ? string(ex) : string(value)
    return "No documentation found.\n\n" * described(value, title)
end

described(@nospecialize(x), title) = "`$title` is of type `$(typeof(x))`."
described(m::Module, title) = "`$title` is a `Module`."
described(f::Function, title) =
    "`$title` is a `Function`.\n\n```\n" * sprint(show, MIME("text/plain"), methods(f)) * "\n```\n"
function described(T::DataType, title)
    text = "`$title` is " * (isabstracttype(T) ? "an abstract type" : "a type") * ", a subtype of `$(supertype(T))`."
    isabstracttype(T) && return text
    names = fieldnames(T)
    isempty(names) && return text
    fields = ["$n :: $t" for (n, t) in zip(names, fieldtypes(T))]
    return text * "\n\nFields:\n\n```\n" * join(fields, '\n') * "\n```\n"
end

function binding_of(@nospecialize ex)
    ex isa Symbol && return Docs.Binding(Main, ex)
    if Meta.isexpr(ex, :., 2) && ex.args[2] isa QuoteNode
        owner = Core.eval(Main, ex.args[1])
        owner isa Module && return Docs.Binding(owner, ex.args[2].value)
    end
    return nothing
end

# Names that begin with this one, then those that it stands in.
function similar_names(name::AbstractString)
    isempty(name) && return String[]
    all_names = visible_names(Main)
    first_ones = filter(n -> startswith(n, name), all_names)
    others = ncodeunits(name) < 3 ? String[] : filter(n -> occursin(name, n) && !(n in first_ones), all_names)
    sort!(first_ones; by = length)
    return first(vcat(first_ones, sort!(others; by = length)), 12)
end
