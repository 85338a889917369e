package prelude

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// simRequire skips the test on another release or architecture than the one whose layout it knows.
func simRequire(t *testing.T, release, arch string) {
	if simRelease() != release || runtime.GOARCH != arch {
		t.Skipf("this test looks into the maps of Go %s on %s; this is %s on %s", release, arch, runtime.Version(), runtime.GOARCH)
	}
}

// simHiter is an iterator of the runtime, as reflect declares it. Reflect's field hiter has been there since Go 1.18.
func simHiter() interface{} {
	field, _ := reflect.TypeOf(reflect.MapIter{}).FieldByName("hiter")
	return reflect.Zero(field.Type).Interface()
}

// simLayout compares the offsets of a struct's fields with those that the simulator uses.
func simLayout(t *testing.T, name string, value interface{}, want string, size uintptr) {
	typ := reflect.TypeOf(value)
	if typ.Size() != size {
		t.Fatalf("layout of %s: %d bytes, expected %d", name, typ.Size(), size)
	}
	for _, field := range strings.Fields(want) {
		parts := strings.Split(field, ":")
		found, ok := typ.FieldByName(parts[0])
		if !ok || fmt.Sprint(found.Offset) != parts[1] {
			t.Fatalf("layout of %s: field %s at %d (%v), expected %s", name, parts[0], found.Offset, ok, parts[1])
		}
	}
}
