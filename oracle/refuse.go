//go:build go1.24

// The whole recorder on Go 1.24 and later: a refusal. Those maps are Swiss
// tables; the classic map is gone. register and T exist only so that a
// generated file that adds a type still builds.
package main

import (
	"fmt"
	"os"
	"runtime"
)

// T is the pointee of the pointer kinds (see types.go).
type T struct{ a, b uint64 }

func register[M any](kind string, name ...string) {}

func main() {
	fmt.Fprintf(os.Stderr, "oracle: %s has no classic map; build with Go 1.19, 1.21, 1.22 or 1.23\n", runtime.Version())
	os.Exit(2)
}
