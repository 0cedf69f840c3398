// A wrapper: `go install` refuses modules with replace lines, a build from a module of our own does not.
// v1.76.0 is the module's name of Jaeger v2.13.0: both lines are released from the same commit.
module dev.gocoffee/jaeger

go 1.26

require github.com/jaegertracing/jaeger v1.76.0
