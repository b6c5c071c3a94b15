# osutils.jl: code that depends on the platform.

"""
    @static

Decide an `if` (or a ternary, or `&&`, `||`) while the macro is expanded, and keep only that branch.
"""
macro static(ex)
    while true
        if isa(ex, Expr)
            if ex.head === :if || ex.head === :elseif
                cond = Core.eval(__module__, ex.args[1])
                if cond
                    return esc(ex.args[2])
                elseif length(ex.args) == 3
                    br = ex.args[3]
                    if br isa Expr && br.head === :elseif
                        ex = br
                        continue
                    end
                    return esc(br)
                else
                    return nothing
                end
            elseif ex.head === :&&
                cond = Core.eval(__module__, ex.args[1])
                return cond ? esc(ex.args[2]) : cond
            elseif ex.head === :||
                cond = Core.eval(__module__, ex.args[1])
                return cond ? cond : esc(ex.args[2])
            end
        end
        throw(ArgumentError("invalid @static macro"))
    end
end
