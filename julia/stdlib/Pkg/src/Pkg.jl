"""
    Pkg

The names of Julia's package manager. Packages are found by Cargo, or by a project's manifest, before the
program starts: nothing can be installed here.
"""
module Pkg

using Base: UUID

for f in (:add, :develop, :rm, :update, :build, :instantiate, :resolve, :generate, :test, :activate, :pin, :free, :gc)
    @eval $f(args...; kwargs...) = Base.unsupported(string("Pkg.", $(string(f)), ", as packages are found before the program starts"))
end

Base.@kwdef struct PackageSpec
    name::Union{Nothing,String} = nothing
    uuid::Union{Nothing,UUID} = nothing
    path::Union{Nothing,String} = nothing
    url::Union{Nothing,String} = nothing
    version::Any = nothing
    rev::Union{Nothing,String} = nothing
end

end
