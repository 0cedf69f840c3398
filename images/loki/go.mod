// A wrapper: `go install` refuses modules with replace lines, a build from a module of our own does not. The Dockerfile
// adds upstream's replace lines.
module dev.gocoffee/loki

go 1.26

require github.com/grafana/loki/v3 v3.7.8
