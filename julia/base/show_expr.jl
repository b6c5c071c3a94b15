# Expressions as source text. `prec` is the precedence of the operator around (-1: none, so that no
# parentheses are needed), `indent` the column of the block around, `quote_level` the number of quotes.
# What has no syntax is shown as `$(Expr(head, args...))`.

const indent_width = 4
const ExprNode = Union{Expr,QuoteNode,Core.SlotNumber,LineNumberNode,Core.SSAValue,Core.GotoNode,Core.GotoIfNot,
                       GlobalRef,Core.PhiNode,Core.ReturnNode,Core.NewvarNode,Core.Argument}

const quoted_syms = (:(:), :(::), :(:=), :(=), :(==), :(===), :(=>))
const uni_syms = (:(::), :(<:), :(>:))
const uni_ops = (:(+), :(-), :(!), :(¬), :(~), :(<:), :(>:), :(√), :(∛), :(∜))
const expr_infix_wide = IdDict{Symbol,Nothing}()
for op in (:(=), :(+=), :(-=), :(*=), :(/=), :(\=), :(^=), :(&=), :(|=), :(÷=), :(%=), :(>>>=), :(>>=), :(<<=),
           :(.=), :(.+=), :(.-=), :(.*=), :(./=), :(.\=), :(.^=), :(.&=), :(.|=), :(.÷=), :(.%=), :(.>>>=),
           :(.>>=), :(.<<=), :(&&), :(||), :(<:), :($=), :(⊻=), :(>:), :(-->), :(:=), :(≔), :(⩴), :(≕))
    expr_infix_wide[op] = nothing
end
const expr_infix = (:(:), :(->), :(::))

## identifiers and operators

is_id_start_char(c::AbstractChar) = ccall(:jl_id_start_char, Cint, (UInt32,), c) != 0
is_id_char(c::AbstractChar) = ccall(:jl_id_char, Cint, (UInt32,), c) != 0

function isidentifier(s::AbstractString)
    (isempty(s) || s == "true" || s == "false") && return false
    first = true
    for c in s
        ismalformed(c) && return false
        (first ? is_id_start_char(c) : is_id_char(c)) || return false
        first = false
    end
    return true
end
isidentifier(s::Symbol) = isidentifier(string(s))

is_op_suffix_char(c::AbstractChar) = ccall(:jl_op_suffix_char, Cint, (UInt32,), c) != 0
_isoperator(s) = ccall(:jl_is_operator, Cint, (Cstring,), s) != 0
isoperator(s::Union{Symbol,AbstractString}) = _isoperator(s) || ispostfixoperator(s)
isunaryoperator(s::Symbol) = ccall(:jl_is_unary_operator, Cint, (Cstring,), s) != 0
is_unary_and_binary_operator(s::Symbol) = ccall(:jl_is_unary_and_binary_operator, Cint, (Cstring,), s) != 0
is_syntactic_operator(s::Symbol) = ccall(:jl_is_syntactic_operator, Cint, (Cstring,), s) != 0
isbinaryoperator(s::Symbol) = _isoperator(s) && (!isunaryoperator(s) || is_unary_and_binary_operator(s)) &&
    s !== Symbol("'")
function ispostfixoperator(s::Union{Symbol,AbstractString})
    s = String(s)::String
    return startswith(s, '\'') && all(is_op_suffix_char, SubString(s, 2))
end
operator_precedence(s::Symbol) = Int(ccall(:jl_operator_precedence, Cint, (Cstring,), s))
operator_precedence(x::Any) = 0 # expressions and the like
const prec_assignment = 1
const prec_pair = 2
const prec_control_flow = 6
const prec_arrow = 4
const prec_comparison = 7
const prec_power = 15
const prec_decl = 16

function operator_associativity(s::Symbol)
    p = operator_precedence(s)
    if p in (prec_arrow, prec_assignment, prec_control_flow, prec_pair, prec_power) ||
       (isunaryoperator(s) && !is_unary_and_binary_operator(s)) || s === :<| || s === :||
        return :right
    elseif p in (0, prec_comparison) || s in (:+, :++, :*)
        return :none
    end
    return :left
end

# Symbols that stand for themselves in source text.
is_valid_identifier(sym::Symbol) = isidentifier(sym) ||
    (_isoperator(sym) && !(sym in (Symbol("'"), :(::), :?)) && !is_syntactic_operator(sym))
is_valid_identifier(@nospecialize x) = false

is_expr(@nospecialize(ex), head::Symbol) = isa(ex, Expr) && ex.head === head
is_expr(@nospecialize(ex), head::Symbol, n::Int) = isa(ex, Expr) && ex.head === head && length(ex.args) == n

is_quoted(@nospecialize ex) = isa(ex, QuoteNode) || is_expr(ex, :quote, 1) || is_expr(ex, :inert, 1)
unquoted(ex::QuoteNode) = ex.value
unquoted(ex::Expr) = ex.args[1]

## entry points

show(io::IO, ex::ExprNode) = show_unquoted_quote_expr(IOContext(io, :unquote_fallback => false), ex, 0, -1, 0)
print(io::IO, ex::ExprNode) = (show_unquoted(io, ex, 0, -1, 0); nothing)
show_unquoted(io::IO, @nospecialize ex) = show_unquoted(io, ex, 0, 0, 0)
show_unquoted(io::IO, ex::Expr) = show_unquoted(io, ex, 0, -1, 0)
show_unquoted(io::IO, @nospecialize(ex), indent::Int) = show_unquoted(io, ex, indent, 0, 0)
show_unquoted(io::IO, @nospecialize(ex), ::Int, ::Int) = show_unquoted(io, ex, 0, 0, 0)
show_unquoted(io::IO, ex::Expr, indent::Int, prec::Int) = show_unquoted(io, ex, indent, prec, 0)
show_unquoted(io::IO, ex::QuoteNode, indent::Int, prec::Int) = show_unquoted(io, ex, indent, prec, 0)

show_unquoted(io::IO, @nospecialize(ex), ::Int, ::Int, ::Int) = show(io, ex)
show_unquoted(io::IO, sym::Symbol, ::Int, ::Int, ::Int) = show_sym(io, sym, allow_macroname = false)
show_unquoted(io::IO, ex::LineNumberNode, ::Int, ::Int, ::Int) = show_linenumber(io, ex.line, ex.file)
show_unquoted(io::IO, ex::Core.SSAValue, ::Int, ::Int, ::Int) = print(io, "%", ex.id)
show_unquoted(io::IO, ex::Core.Argument, ::Int, ::Int, ::Int) = print(io, "_", ex.n)
function show_unquoted(io::IO, ex::Core.SlotNumber, ::Int, ::Int, ::Int)
    slots = get(io, :SOURCE_SLOTNAMES, nothing)
    if slots isa Vector{String} && ex.id <= length(slots)
        name = slots[ex.id]
        print(io, isempty(name) || startswith(name, '#') ? string("@_", ex.id) : name)
    else
        print(io, "_", ex.id)
    end
end
show_unquoted(io::IO, ex::Core.GotoNode, ::Int, ::Int, ::Int) = print(io, "goto %", ex.label)
function show_unquoted(io::IO, ex::Core.GotoIfNot, indent::Int, ::Int, ql::Int)
    print(io, "goto %", ex.dest, " if not ")
    show_unquoted(io, ex.cond, indent, 0, ql)
end
function show_unquoted(io::IO, ex::Core.ReturnNode, indent::Int, ::Int, ql::Int)
    isdefined(ex, :val) || return print(io, "unreachable")
    print(io, "return ")
    show_unquoted(io, ex.val, indent, 0, ql)
end
function show_unquoted(io::IO, ex::Core.NewvarNode, indent::Int, ::Int, ql::Int)
    print(io, "Core.NewvarNode(")
    show(io, ex.slot)
    print(io, ")")
end
function show_unquoted(io::IO, ex::Core.PhiNode, indent::Int, ::Int, ql::Int)
    print(io, "φ (")
    for i in 1:length(ex.edges)
        i > 1 && print(io, ", ")
        print(io, "#", ex.edges[i], " => ")
        isassigned(ex.values, i) ? show_unquoted(io, ex.values[i], indent, 0, ql) : print(io, undef_ref_str)
    end
    print(io, ")")
end
show_unquoted(io::IO, ex::GlobalRef, ::Int, ::Int, ::Int) = show_globalref(io, ex)

function show_globalref(io::IO, ex::GlobalRef; allow_macroname = false)
    print(io, ex.mod)
    print(io, '.')
    quoted = !isidentifier(ex.name) && !startswith(string(ex.name), "@")
    parens = quoted && (!_isoperator(ex.name) || (ex.name in quoted_syms))
    quoted && print(io, ':')
    parens && print(io, '(')
    show_sym(io, ex.name, allow_macroname = allow_macroname)
    parens && print(io, ')')
    return nothing
end

show_linenumber(io::IO, line) = print(io, "#= line ", line, " =#")
show_linenumber(io::IO, line, file) = print(io, "#= ", file, ":", line, " =#")
show_linenumber(io::IO, line, file::Nothing) = show_linenumber(io, line)

function show_unquoted(io::IO, ex::QuoteNode, indent::Int, prec::Int, quote_level::Int)
    if isa(ex.value, Symbol)
        show_quoted_symbol(io, ex.value)
    else
        print(io, "\$(QuoteNode(")
        show(io, ex.value)
        print(io, "))")
    end
end

function show_quoted_symbol(io::IO, sym::Symbol)
    if sym in quoted_syms
        print(io, ":(", sym, ")")
    elseif isidentifier(sym) || (_isoperator(sym) && sym !== Symbol("'"))
        print(io, ":", sym)
    else
        print(io, "Symbol(", repr(string(sym)), ")")
    end
end

function show_unquoted_quote_expr(io::IO, @nospecialize(value), indent::Int, prec::Int, quote_level::Int)
    if isa(value, Symbol)
        show_quoted_symbol(io, value)
    elseif is_expr(value, :block)
        show_block(io, "quote", value, indent, quote_level)
        print(io, "end")
    else
        print(io, ":(")
        show_unquoted(io, value, indent + 2, -1, quote_level)
        print(io, ")")
    end
end

## lists and blocks

function show_list(io::IO, items, sep, indent::Int, prec::Int = 0, quote_level::Int = 0, enclose_operators::Bool = false, kw::Bool = false)
    isempty(items) && return
    indent += indent_width
    first = true
    for item in items
        first || print(io, sep)
        # a negative number or a unary call before a power, and operators as values, take parentheses
        parens = !is_quoted(item) &&
            (first && prec >= prec_power &&
             ((is_expr(item, :call) && (item::Expr).args[1] in uni_ops) || (item isa Real && item < 0))) ||
            (enclose_operators && item isa Symbol && isoperator(item) && is_valid_identifier(item))
        parens && print(io, '(')
        if kw && is_expr(item, :kw, 2)
            args = (item::Expr).args
            show_unquoted(io, Expr(:(=), args[1], args[2]), indent, parens ? 0 : prec, quote_level)
        elseif kw && is_expr(item, :(=), 2)
            show_unquoted_expr_fallback(io, item::Expr, indent, quote_level)
        else
            show_unquoted(io, item, indent, parens ? 0 : prec, quote_level)
        end
        parens && print(io, ')')
        first = false
    end
end
function show_enclosed_list(io::IO, op, items, sep, cl, indent::Int, prec::Int = 0, quote_level::Int = 0, encl_ops::Bool = false, kw::Bool = false)
    print(io, op)
    show_list(io, items, sep, indent, prec, quote_level, encl_ops, kw)
    print(io, cl)
end

function show_unquoted_expr_fallback(io::IO, ex::Expr, indent::Int, quote_level::Int)
    print(io, "\$(Expr(")
    show(io, ex.head)
    for arg in ex.args
        print(io, ", ")
        show(io, arg)
    end
    print(io, "))")
end

function show_block(io::IO, head, args::Vector, @nospecialize(body), indent::Int, quote_level::Int)
    if isempty(args)
        print(io, head)
    else
        print(io, head, ' ')
        show_list(io, args, ", ", indent, 0, quote_level)
    end
    ind = head === :module || head === :baremodule ? indent : indent + indent_width
    exs = (is_expr(body, :block) || is_expr(body, :quote)) ? (body::Expr).args : Any[body]
    for ex in exs
        print(io, '\n', " "^ind)
        show_unquoted(io, ex, ind, -1, quote_level)
    end
    print(io, '\n', " "^indent)
end
show_block(io::IO, head, @nospecialize(block), i::Int, quote_level::Int) = show_block(io, head, Any[], block, i, quote_level)
function show_block(io::IO, head, @nospecialize(arg), @nospecialize(block), i::Int, quote_level::Int)
    if is_expr(arg, :block) || is_expr(arg, :quote)
        show_block(io, head, (arg::Expr).args, block, i, quote_level)
    else
        show_block(io, head, Any[arg], block, i, quote_level)
    end
end

## calls

_call_brackets(head::Symbol) = head === :ref ? ('[', ']') : head === :curly ? ('{', '}') : ('(', ')')

function show_call(io::IO, head::Symbol, @nospecialize(func), func_args, indent::Int, quote_level::Int, kw::Bool)
    op, cl = _call_brackets(head)
    if (isa(func, Symbol) && func !== :(:) && !(head === :. && isoperator(func))) ||
       (isa(func, Symbol) && !is_valid_identifier(func)) ||
       (isa(func, Expr) && (func.head === :. || func.head === :curly || func.head === :macroname)) ||
       isa(func, GlobalRef)
        if is_expr(func, :macroname)
            show_macroname(io, (func::Expr).args[1], indent, quote_level)
        else
            show_unquoted(io, func, indent, 0, quote_level)
        end
    else
        print(io, '(')
        show_unquoted(io, func, indent, 0, quote_level)
        print(io, ')')
    end
    head === :(.) && print(io, '.')
    if !isempty(func_args) && is_expr(func_args[1], :parameters)
        print(io, op)
        show_list(io, func_args[2:end], ", ", indent, 0, quote_level, false, kw)
        print(io, "; ")
        show_list(io, (func_args[1]::Expr).args, ", ", indent, 0, quote_level, false, kw)
        print(io, cl)
    else
        show_enclosed_list(io, op, func_args, ", ", cl, indent, 0, quote_level, false, kw)
    end
end

# The name of a called macro, with its @.
function show_macroname(io::IO, @nospecialize(ex), indent::Int, quote_level::Int)
    if ex isa Symbol
        show_sym(io, ex, allow_macroname = true)
    elseif ex isa GlobalRef
        show_globalref(io, ex, allow_macroname = true)
    elseif is_expr(ex, :(.), 2) && is_quoted((ex::Expr).args[2]) && unquoted(ex.args[2]) isa Symbol
        show_unquoted(io, ex.args[1], indent, 0, quote_level)
        print(io, '.')
        show_sym(io, unquoted(ex.args[2]), allow_macroname = true)
    else
        show_unquoted(io, ex, indent, 0, quote_level)
    end
end
_macro_symbol(@nospecialize ex) = ex isa Symbol ? ex : ex isa GlobalRef ? ex.name :
    (is_expr(ex, :(.), 2) && is_quoted((ex::Expr).args[2])) ? unquoted(ex.args[2]) : nothing

function show_generator(io::IO, ex::Expr, indent::Int, quote_level::Int)
    if ex.head === :flatten
        fg = ex
        ranges = Any[]
        while is_expr(fg, :flatten)
            push!(ranges, (fg.args[1]::Expr).args[2:end])
            fg = (fg.args[1]::Expr).args[1]::Expr
        end
        push!(ranges, fg.args[2:end])
        show_unquoted(io, fg.args[1], indent, 0, quote_level)
        for r in ranges
            print(io, " for ")
            show_list(io, r, ", ", indent, 0, quote_level)
        end
    else
        show_unquoted(io, ex.args[1], indent, 0, quote_level)
        print(io, " for ")
        show_list(io, ex.args[2:end], ", ", indent, 0, quote_level)
    end
end

function show_import_path(io::IO, ex, quote_level)
    if !isa(ex, Expr)
        show_unquoted(io, ex)
    elseif ex.head === :(:)
        show_import_path(io, ex.args[1], quote_level)
        print(io, ": ")
        for i in 2:length(ex.args)
            i > 2 && print(io, ", ")
            show_import_path(io, ex.args[i], quote_level)
        end
    elseif ex.head === :as
        show_import_path(io, ex.args[1], quote_level)
        print(io, " as ")
        show_unquoted(io, ex.args[2])
    elseif ex.head === :(.)
        for i in 1:length(ex.args)
            arg = ex.args[i]
            if arg === :(.)
                print(io, '.')
            else
                i > 1 && ex.args[i - 1] !== :(.) && print(io, '.')
                arg isa Symbol ? show_sym(io, arg, allow_macroname = (i == length(ex.args))) : show_unquoted(io, arg)
            end
        end
    else
        show_unquoted(io, ex)
    end
end

## Expr

function show_unquoted(io::IO, ex::Expr, indent::Int, prec::Int, quote_level::Int)
    head, args = ex.head, ex.args
    nargs = length(args)
    handled = head === :call ? show_call_expr(io, ex, indent, prec, quote_level) :
        (nargs == 2 && (haskey(expr_infix_wide, head) || head in expr_infix)) ?
        show_infix(io, head, args, indent, prec, quote_level) :
        show_bracketed(io, ex, indent, prec, quote_level) ||
        show_keyword_form(io, ex, indent, prec, quote_level) ||
        show_other_form(io, ex, indent, prec, quote_level)
    handled || show_unquoted_expr_fallback(io, ex, indent, quote_level)
    return nothing
end

function show_infix(io::IO, head::Symbol, args, indent::Int, prec::Int, quote_level::Int)
    func_prec = operator_precedence(head)
    sep = haskey(expr_infix_wide, head) ? string(" ", head, " ") : string(head)
    if func_prec <= prec
        show_enclosed_list(io, '(', args, sep, ')', indent, func_prec, quote_level, true)
    else
        show_list(io, args, sep, indent, func_prec, quote_level, true)
    end
    return true
end

function show_call_expr(io::IO, ex::Expr, indent::Int, prec::Int, quote_level::Int)
    args = ex.args
    nargs = length(args)
    nargs >= 1 || return false
    func = args[1]
    # ' with a suffix is called as a function but written behind
    if nargs == 2 && func isa Symbol && ispostfixoperator(func)
        return show_postfix(io, func, args[2], indent, quote_level)
    end
    fname = isa(func, GlobalRef) ? func.name : func
    func_prec = operator_precedence(fname)
    if func_prec > 0 || fname in uni_ops
        func = fname
    end
    func_args = args[2:end]
    na = length(func_args)
    if any(a -> is_expr(a, :kw), func_args) || (na > 0 && is_expr(func_args[1], :parameters))
        show_call(io, :call, func, func_args, indent, quote_level, true)
    elseif func === :* && na == 2 && isa(func_args[1], Union{Int,Float32,Float64}) && isa(func_args[2], Symbol) &&
           _can_juxtapose(func_args[1], string(func_args[2]))
        if func_prec <= prec
            show_enclosed_list(io, '(', func_args, "", ')', indent, func_prec, quote_level)
        else
            show_list(io, func_args, "", indent, func_prec, quote_level)
        end
    elseif isa(func, Symbol) && func in uni_ops && na == 1
        show_unquoted(io, func, indent, 0, quote_level)
        arg1 = func_args[1]
        if isa(arg1, Expr) || (isa(arg1, Symbol) && isoperator(arg1) && is_valid_identifier(arg1))
            show_enclosed_list(io, '(', func_args, ", ", ')', indent, func_prec, quote_level)
        else
            show_unquoted(io, arg1, indent, func_prec, quote_level)
        end
    elseif func_prec > 0
        func = func::Symbol
        if (na == 2 || (na > 2 && func in (:+, :++, :*)) || (na == 3 && func === :(:))) &&
           !any(a -> is_expr(a, :...), func_args)
            sep = func === :(:) ? string(func) : string(" ", func, " ")
            if func_prec <= prec
                show_enclosed_list(io, '(', func_args, sep, ')', indent, func_prec, quote_level, true)
            else
                show_list(io, func_args, sep, indent, func_prec, quote_level, true)
            end
        elseif na == 1
            print(io, "(")
            show_unquoted(io, func, indent, 0, quote_level)
            print(io, ")")
            show_enclosed_list(io, '(', func_args, ", ", ')', indent, 0, quote_level)
        else
            show_call(io, :call, func, func_args, indent, quote_level, true)
        end
    else
        show_call(io, :call, func, func_args, indent, quote_level, true)
    end
    return true
end
# 2x, but not 2e or 0x.
function _can_juxtapose(n, s::String)
    c = first(s)
    (c == 'e' || c == 'E' || c == 'f') && return false
    return !(n === 0 && (c == 'x' || c == 'b' || c == 'o'))
end

function show_postfix(io::IO, op, @nospecialize(arg), indent::Int, quote_level::Int)
    if isa(arg, Expr) || (isa(arg, Symbol) && isoperator(arg))
        show_enclosed_list(io, '(', Any[arg], ", ", ')', indent, 0, quote_level)
    else
        show_unquoted(io, arg, indent, 0, quote_level)
    end
    print(io, op)
    return true
end

# Field access, tuples, arrays, indexing, comprehensions: what stands in brackets.
function show_bracketed(io::IO, ex::Expr, indent::Int, prec::Int, quote_level::Int)
    head, args = ex.head, ex.args
    nargs = length(args)
    if head === :(.) && (nargs != 2 || !is_expr(args[2], :tuple))
        return show_field(io, args, indent, quote_level)
    elseif head === :tuple
        print(io, "(")
        if nargs > 0 && is_expr(args[1], :parameters)
            show_list(io, args[2:end], ", ", indent, 0, quote_level)
            nargs == 2 && print(io, ',')
            print(io, ";")
            params = (args[1]::Expr).args
            if !isempty(params)
                print(io, " ")
                show_list(io, params, ", ", indent, 0, quote_level, false, true)
            end
        else
            show_list(io, args, ", ", indent, 0, quote_level)
            nargs == 1 && print(io, ',')
        end
        print(io, ")")
    elseif head in (:vect, :vcat, :hcat, :row, :ncat, :nrow, :braces, :bracescat)
        show_array_form(io, head, args, indent, quote_level)
    elseif head in (:typed_vcat, :typed_hcat, :typed_ncat) && nargs >= 1
        show_unquoted(io, args[1], indent, 0, quote_level)
        show_array_form(io, head === :typed_vcat ? :vcat : head === :typed_hcat ? :hcat : :ncat, args[2:end], indent, quote_level)
    elseif head === Symbol("'") && nargs == 1
        show_postfix(io, head, args[1], indent, quote_level)
    elseif head === :new || head === :splatnew
        show_enclosed_list(io, string("%", head, "("), args, ", ", ")", indent, 0, quote_level)
    elseif (head === :ref || head === :curly || head === :calldecl || head === :(.)) && nargs >= 1
        rest = head === :(.) ? (args[2]::Expr).args : args[2:end]
        show_call(io, head, args[1], rest, indent, quote_level, head !== :curly)
    elseif head === :typed_comprehension && nargs == 2
        show_unquoted(io, args[1], indent, 0, quote_level)
        print(io, '[')
        show_generator(io, args[2], indent, quote_level)
        print(io, ']')
    elseif head === :comprehension && nargs == 1
        print(io, '[')
        show_generator(io, args[1], indent, quote_level)
        print(io, ']')
    elseif (head === :generator && nargs >= 2) || (head === :flatten && nargs == 1)
        print(io, '(')
        show_generator(io, ex, indent, quote_level)
        print(io, ')')
    elseif head === :filter && nargs >= 2
        show_list(io, args[2:end], ", ", indent, 0, quote_level)
        print(io, " if ")
        show_unquoted(io, args[1], indent, 0, quote_level)
    elseif head === :comparison && nargs >= 3 && isodd(nargs)
        comp_prec = minimum(operator_precedence, args[2:2:end])
        if comp_prec <= prec
            show_enclosed_list(io, '(', args, " ", ')', indent, comp_prec, quote_level)
        else
            show_list(io, args, " ", indent, comp_prec, quote_level)
        end
    else
        return false
    end
    return true
end

function show_field(io::IO, args, indent::Int, quote_level::Int)
    nargs = length(args)
    if nargs == 1 && args[1] isa Symbol && isoperator(args[1]::Symbol)
        print(io, "(.", args[1], ")")
        return true
    end
    (nargs == 2 && is_quoted(args[2])) || return false
    item = args[1]
    field = unquoted(args[2])
    parens = !is_quoted(item) && !(item isa Symbol && isidentifier(item)) && !is_expr(item, :(.)) &&
        !(item isa GlobalRef) && !(item isa Module)
    parens && print(io, '(')
    show_unquoted(io, item, indent, 0, quote_level)
    parens && print(io, ')')
    print(io, '.')
    if isa(field, Symbol)
        parens = field in quoted_syms
        quoted = parens || (_isoperator(field) && !isidentifier(field))
        quoted && print(io, ':')
        parens && print(io, '(')
        show_sym(io, field, allow_macroname = true)
        parens && print(io, ')')
    else
        print(io, '(')
        show_unquoted(io, field, indent, 0, quote_level)
        print(io, ')')
    end
    return true
end

function show_array_form(io::IO, head::Symbol, args, indent::Int, quote_level::Int)
    op, cl = head === :braces || head === :bracescat ? ('{', '}') : ('[', ']')
    sep = head === :vcat || head === :bracescat ? "; " : head === :hcat || head === :row ? " " : ", "
    if head === :ncat || head === :nrow
        sep = string(";"^(args[1]::Int), " ")
        args = args[2:end]
    end
    inner = head === :row || head === :nrow
    inner || print(io, op)
    show_list(io, args, sep, indent, 0, quote_level)
    if length(args) <= 1
        if head === :vcat || head === :bracescat
            print(io, ";")
        elseif head === :ncat
            print(io, sep[1:prevind(sep, end)])
        end
    end
    inner || print(io, cl)
    return
end

# Forms that begin with a keyword.
function show_keyword_form(io::IO, ex::Expr, indent::Int, prec::Int, quote_level::Int)
    head, args = ex.head, ex.args
    nargs = length(args)
    if head === :function && nargs == 2 && is_expr(args[1], :call)
        show_block(io, head, Expr(:calldecl, (args[1]::Expr).args...), args[2], indent, quote_level)
        print(io, "end")
    elseif (head === :function || head === :macro) && nargs == 1
        print(io, head, ' ')
        show_unquoted(io, args[1], indent, 0, quote_level)
        print(io, " end")
    elseif head === :do && nargs == 2
        show_unquoted(io, args[1], indent, -1, quote_level)
        print(io, " do")
        lambda = args[2]::Expr
        do_args = (lambda.args[1]::Expr).args
        if !isempty(do_args)
            print(io, ' ')
            show_list(io, do_args, ", ", 0, 0, quote_level)
        end
        for stmt in (lambda.args[2]::Expr).args
            print(io, '\n', " "^(indent + indent_width))
            show_unquoted(io, stmt, indent + indent_width, -1, quote_level)
        end
        print(io, '\n', " "^indent)
        print(io, "end")
    elseif head in (:for, :while, :function, :macro, :if, :elseif, :let) && nargs == 2
        show_block(io, head, args[1], args[2], indent, quote_level)
        print(io, "end")
    elseif (head === :if || head === :elseif) && nargs == 3
        show_block(io, head, args[1], args[2], indent, quote_level)
        if is_expr(args[3], :elseif)
            show_unquoted(io, args[3], indent, prec, quote_level)
        else
            show_block(io, "else", args[3], indent, quote_level)
            print(io, "end")
        end
    elseif head === :module && nargs == 3 && isa(args[1], Bool)
        show_block(io, args[1] ? :module : :baremodule, args[2], args[3], indent, quote_level)
        print(io, "end")
    elseif head === :struct && nargs == 3
        show_block(io, args[1] === true ? Symbol("mutable struct") : :struct, args[2], args[3], indent, quote_level)
        print(io, "end")
    elseif head === :primitive && nargs == 2
        print(io, "primitive type ")
        show_list(io, args, ' ', indent, 0, quote_level)
        print(io, " end")
    elseif head === :abstract && nargs == 1
        print(io, "abstract type ")
        show_list(io, args, ' ', indent, 0, quote_level)
        print(io, " end")
    elseif head === :try && 3 <= nargs <= 5
        show_block(io, "try", args[1], indent, quote_level)
        if is_expr(args[3], :block)
            show_block(io, "catch", args[2] === false ? Any[] : args[2], args[3], indent, quote_level)
        end
        if nargs >= 5 && is_expr(args[5], :block)
            show_block(io, "else", Any[], args[5], indent, quote_level)
        end
        if nargs >= 4 && is_expr(args[4], :block)
            show_block(io, "finally", Any[], args[4], indent, quote_level)
        end
        print(io, "end")
    elseif head === :block
        show_block(io, "begin", ex, indent, quote_level)
        print(io, "end")
    elseif head === :return && (nargs == 0 || (nargs == 1 && args[1] === nothing))
        print(io, "return")
    elseif nargs == 0 && (head === :break || head === :continue)
        print(io, head)
    elseif (nargs == 1 && (head === :return || head === :const)) || head === :local || head === :global || head === :export
        print(io, head, ' ')
        show_list(io, args, ", ", indent, 0, quote_level)
    elseif head === :import || head === :using
        print(io, head, ' ')
        for i in 1:nargs
            i > 1 && print(io, ", ")
            show_import_path(io, args[i], quote_level)
        end
    elseif head === :as && nargs == 2
        show_import_path(io, ex, quote_level)
    else
        return false
    end
    return true
end

# Macro calls, quotes, strings, annotations, where.
function show_other_form(io::IO, ex::Expr, indent::Int, prec::Int, quote_level::Int)
    head, args = ex.head, ex.args
    nargs = length(args)
    if head === :macrocall && nargs >= 2
        show_macrocall(io, args, indent, prec, quote_level)
    elseif head in uni_syms && nargs == 1
        print(io, head)
        show_unquoted(io, args[1], indent, 0, quote_level)
    elseif head === :(...) && nargs == 1
        show_unquoted(io, args[1], indent, 0, quote_level)
        print(io, "...")
    elseif head === :quote && nargs == 1 && isa(args[1], Symbol)
        show_quoted_symbol(io, args[1])
    elseif head === :quote && nargs == 1 && get(io, :unquote_fallback, true)::Bool
        show_unquoted_quote_expr(io, args[1], indent, 0, quote_level + 1)
    elseif head === :$ && nargs == 1 && quote_level > 0
        print(io, head)
        a = args[1]
        parens = (isa(a, Expr) && a.head !== :tuple) || (isa(a, Symbol) && isoperator(a))
        parens && print(io, "(")
        show_unquoted(io, a, indent, 0, quote_level - 1)
        parens && print(io, ")")
    elseif head === :line && 1 <= nargs <= 2
        show_linenumber(io, args...)
    elseif head === :gotoifnot && nargs == 2 && isa(args[2], Int)
        print(io, "unless ")
        show_unquoted(io, args[1], indent, 0, quote_level)
        print(io, " goto %", args[2])
    elseif head === :string && nargs == 1 && isa(args[1], AbstractString)
        show(io, args[1])
    elseif head === :null
        print(io, "nothing")
    elseif head === :string
        print(io, '"')
        for x in args
            if isa(x, AbstractString)
                escape_string(io, x, ('"', '$'))
            else
                print(io, "\$(")
                isa(x, Symbol) && !(x in quoted_syms) ? show_sym(io, x) : show_unquoted(io, x, indent, 0, quote_level)
                print(io, ")")
            end
        end
        print(io, '"')
    elseif head === :& && nargs == 1
        print(io, head)
        a = args[1]
        parens = (isa(a, Expr) && a.head !== :tuple) || (isa(a, Symbol) && isoperator(a))
        parens && print(io, "(")
        show_unquoted(io, a, indent, 0, quote_level)
        parens && print(io, ")")
    elseif head === :where && nargs > 1
        parens = 1 <= prec
        parens && print(io, "(")
        show_unquoted(io, args[1], indent, prec_decl, quote_level)
        print(io, " where ")
        if nargs == 2
            show_unquoted(io, args[2], indent, 1, quote_level)
        else
            print(io, "{")
            show_list(io, args[2:end], ", ", indent, 0, quote_level)
            print(io, "}")
        end
        parens && print(io, ")")
    elseif head === :meta && nargs >= 2 && args[1] === :push_loc
        print(io, "# meta: location ", join(args[2:end], " "))
    elseif head === :meta && nargs <= 2 && nargs >= 1 && args[1] === :pop_loc
        print(io, "# meta: pop location")
    elseif head === :parameters && nargs == 0
        print(io, "; ")
    elseif head === :parameters
        print(io, "; ")
        show_list(io, args, ", ", indent, 0, quote_level)
    else
        return false
    end
    return true
end

function show_macrocall(io::IO, args, indent::Int, prec::Int, quote_level::Int)
    nargs = length(args)
    name = _macro_symbol(args[1])
    s = name === nothing ? "" : string(name)
    if nargs == 3 && name === Symbol("@cmd") && args[3] isa String
        print(io, '`', args[3], '`')
    elseif nargs == 3 && args[3] isa String && name in (Symbol("@int128_str"), Symbol("@uint128_str"), Symbol("@big_str")) &&
           args[1] isa GlobalRef
        print(io, args[3])
    elseif nargs >= 3 && args[1] isa Symbol && args[3] isa String && startswith(s, '@') && endswith(s, "_str") && ncodeunits(s) > 5
        # x"y" and x"y"z
        print(io, s[2:prevind(s, end, 4)], '"')
        escape_raw_string(io, args[3])
        print(io, '"')
        nargs == 4 && print(io, args[4])
    else
        if isa(args[2], LineNumberNode)
            print(io, args[2], ' ')
        end
        if prec >= 0
            show_call(io, :call, Expr(:macroname, args[1]), args[3:end], indent, quote_level, false)
        else
            show_macroname(io, args[1], indent, quote_level)
            if nargs > 2
                print(io, ' ')
                show_list(io, args[3:end], ' ', indent, 0, quote_level)
            end
        end
    end
    return
end
