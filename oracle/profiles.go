//go:build !go1.24

// The profiles by name.
package main

var programs = []struct {
	name string
	run  func(*program)
}{
	{"mixed", mixedProgram},
	{"iter", iterProgram},
	{"midgrow", midgrowProgram},
	{"churn", churnProgram},
	{"tiny", tinyProgram},
	{"noaes", mixedProgram}, // main.go restarts the process without AES
	{"big16", big16Program},
	{"skew", skewProgram},
	{"overload", overloadProgram},
	{"grow", growProgram},
	{"evac1024", evacProgram},
}

func programNamed(name string) func(*program) {
	for _, p := range programs {
		if p.name == name {
			return p.run
		}
	}
	return nil
}
