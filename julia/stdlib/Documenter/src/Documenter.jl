"""
    Documenter

A stand-in for the package of this name, which makes documentation: it makes and checks nothing, and says so.
"""
module Documenter

using Test

export makedocs, deploydocs, doctest, DocMeta

nothing_done() = @info "Documenter is a stand-in here: it makes and checks nothing" maxlog = 1

doctest(args...; kwargs...) = nothing_done()
makedocs(args...; kwargs...) = nothing_done()
deploydocs(args...; kwargs...) = nothing_done()
HTML(args...; kwargs...) = nothing

module DocMeta

getdocmeta(m::Module, key::Symbol, default=nothing) = default
setdocmeta!(m::Module, args...; kwargs...) = nothing

end

end
