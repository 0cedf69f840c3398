// A wrapper: `go install` refuses modules with replace lines, a build from a module of our own does not. The Dockerfile
// adds upstream's replace lines. This pseudo-version is the commit of Tempo 2.9.0, whose own tags are not semantic
// import versions.
module dev.gocoffee/tempo

go 1.26

require github.com/grafana/tempo v1.5.1-0.20251008140505-607c7fb69662
