// A wrapper: `go install` refuses modules with replace lines, a build from a module of our own does not.
module dev.gocoffee/ryuk

go 1.26

require github.com/testcontainers/moby-ryuk v0.0.0-20250926081232-b3726afd6cc2
