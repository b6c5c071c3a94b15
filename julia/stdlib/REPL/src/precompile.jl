# What the first inputs of a session call, so that Base's image holds its code.

precompile(start, ())
precompile(finish, ())
precompile(evaluate, (String, Int))
precompile(evaluate_all, (Any, String, String))
precompile(statements, (Any, String))
precompile(restore, (String, String, Int))
precompile(Session.saveWork, ())
precompile(Session.saveWork, (String,))
precompile(Session.saveWork, (Vector{Symbol},))
precompile(Session.saveWork, (String, Vector{Symbol}))
precompile(respond, (Any, Bool, Bool))
precompile(softscope, (Expr,))
precompile(softscope, (Any,))
precompile(help, (String,))
precompile(show_help, (Base.TTY, SubString{String}))
precompile(shell, (String,))
precompile(completions, (String, Int, Vector{Any}))
precompile(complete_shell, (String, Int))
for rule in (complete_symbol, complete_package, complete_path, complete_field)
    precompile(rule, (String, Vector{Any}))
end
precompile(complete_name, (String,))
precompile(run_piped, ())
precompile(evaluate_statement, (Any,))
precompile(evaluate_piped, (Any, String))
precompile(show_error, (Any,))
precompile(show_error, (Base.ExceptionStack,))
precompile(display, (Any,))
precompile(display, (REPLDisplay, Any))
precompile(Base.display_error, (Base.TTY, Base.ExceptionStack))
precompile(Base.display_error, (Base.PipeEndpoint, Base.ExceptionStack))
precompile(Base.display_error, (IOStream, Base.ExceptionStack))
for T in (DivideError, DomainError, ErrorException, ArgumentError, UndefVarError, MethodError, BoundsError, KeyError,
          Meta.ParseError, InterruptException, TypeError, InexactError, LoadError)
    precompile(showerror, (IOContext{Base.TTY}, T, Vector{Any}))
    precompile(showerror, (IOContext{Base.TTY}, T))
end
for T in (Bool, Int, UInt8, Float64, Char, String, Symbol, Nothing, Missing, Expr, Tuple{Int,Int}, Vector{Int}, Vector{Float64},
          Vector{Any}, Vector{String}, Matrix{Int}, Matrix{Float64}, UnitRange{Int}, Dict{String,Int}, Dict{Symbol,Any},
          Complex{Int}, ComplexF64, Rational{Int}, DataType, UnionAll, Module, Function, Any)
    precompile(show, (IOContext{Base.TTY}, MIME"text/plain", T))
end
