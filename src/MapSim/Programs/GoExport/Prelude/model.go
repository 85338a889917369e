package prelude

import (
	"math"
	"reflect"
	"runtime"
	"strings"
)

// simEntry is an entry that is in a map, or was.
type simEntry[K, V any] struct {
	key   K
	elem  V
	alive bool
}

// simModel is what must be in a map: a list, so that it has no defect in common with a hash table.
type simModel[K, V any] struct {
	alive  []*simEntry[K, V]
	dead   []*simEntry[K, V]
	clears int
}

// simOps are the operations on the real map, compiled for its own type.
type simOps[K, V any] struct {
	assign  func(K, V)
	lookup  func(K) (V, bool)
	remove  func(K)
	clear   func()
	length  func() int
	isNil   func() bool
	iter    func() *reflect.MapIter
	equal   func(a, b K) bool
	hashes  bool // a key may be one that cannot be hashed
	keepNaN bool // clear is the loop of Go before 1.21, which cannot delete NaN
}

// simWatcher looks at a map's memory.
type simWatcher interface {
	before()
	after(at simAt, operation string, entries int)
}

// simMap is a map of the program with its model.
type simMap[K, V any] struct {
	run   *simRun
	name  string
	ops   simOps[K, V]
	model *simModel[K, V] // nil if goroutines race for the map: nothing can be foretold then
	watch simWatcher
}

func simNewMap[K, V any](run *simRun, name string, modelled bool) *simMap[K, V] {
	m := &simMap[K, V]{run: run, name: name}
	if modelled {
		m.model = &simModel[K, V]{}
	}
	return m
}

func (m *simMap[K, V]) find(key K) *simEntry[K, V] {
	for _, e := range m.model.alive {
		if m.ops.equal(e.key, key) {
			return e
		}
	}
	return nil
}

func (m *simMap[K, V]) planned(key K) string {
	if !m.ops.hashes {
		return ""
	}
	return simUnhashable(reflect.ValueOf(&key).Elem())
}

func (m *simMap[K, V]) begins() {
	if m.watch != nil && m.model != nil {
		m.watch.before()
	}
}

// ends compares the number of entries after every operation.
func (m *simMap[K, V]) ends(at simAt, operation string) {
	if m.model == nil {
		return
	}
	if n := m.ops.length(); n != len(m.model.alive) {
		m.run.broke(at, "len-wrong", "", "after %s: len(%s) is %d, expected %d", operation, m.name, n, len(m.model.alive))
	}
	if m.watch != nil {
		m.watch.after(at, operation, len(m.model.alive))
	}
}

func (m *simMap[K, V]) assign(at simAt, key K, elem V) {
	planned := m.planned(key)
	if m.ops.isNil() {
		planned = "assignment to entry in nil map"
	}
	m.begins()
	message, failed := simTry(func() { m.ops.assign(key, elem) })
	if !m.run.ended(at, planned, message, failed) && m.model != nil {
		if e := m.find(key); e != nil {
			e.key, e.elem = key, elem
		} else {
			m.model.alive = append(m.model.alive, &simEntry[K, V]{key: key, elem: elem, alive: true})
		}
	}
	m.ends(at, "assign")
}

func (m *simMap[K, V]) lookup(at simAt, key K) *simResult[V] {
	result := &simResult[V]{run: m.run, at: at}
	planned := m.planned(key)
	message, failed := simTry(func() { result.elem, result.found = m.ops.lookup(key) })
	if m.run.ended(at, planned, message, failed) {
		return result
	}
	result.known = true
	if m.model != nil {
		e := m.find(key)
		var want V
		if e != nil {
			want = e.elem
		}
		if result.found != (e != nil) || !simSame(result.elem, want) {
			m.run.broke(at, "lookup-wrong", "", "%s[%v] is %v (%v), expected %v (%v)", m.name, key, result.elem, result.found, want, e != nil)
		}
	}
	return result
}

func (m *simMap[K, V]) remove(at simAt, key K) {
	planned := m.planned(key)
	m.begins()
	message, failed := simTry(func() { m.ops.remove(key) })
	if !m.run.ended(at, planned, message, failed) && m.model != nil {
		if e := m.find(key); e != nil {
			m.model.kill(func(other *simEntry[K, V]) bool { return other == e })
		}
	}
	m.ends(at, "delete")
}

func (m *simMap[K, V]) clear(at simAt) {
	m.begins()
	m.ops.clear()
	if m.model != nil {
		m.model.clears++
		m.model.kill(func(e *simEntry[K, V]) bool { return !m.ops.keepNaN || m.ops.equal(e.key, e.key) })
	}
	m.ends(at, "clear")
}

func (m *simMap[K, V]) length(at simAt) *simResult[int] {
	m.ends(at, "len")
	return simValue(m.run, at, m.ops.length())
}

// become: this map is a clone of another from now on.
func (m *simMap[K, V]) become(at simAt, source *simMap[K, V], clone func()) {
	clone()
	if m.model != nil && source.model != nil {
		m.model = &simModel[K, V]{}
		for _, e := range source.model.alive {
			m.model.alive = append(m.model.alive, &simEntry[K, V]{key: e.key, elem: e.elem, alive: true})
		}
	}
	m.begins()
	m.ends(at, "clone")
}

func (m *simModel[K, V]) kill(dies func(*simEntry[K, V]) bool) {
	kept := m.alive[:0]
	for _, e := range m.alive {
		if dies(e) {
			e.alive = false
			m.dead = append(m.dead, e)
		} else {
			kept = append(kept, e)
		}
	}
	m.alive = kept
}

// simUnhashable is the message of the panic for a key that cannot be hashed; empty if it can.
func simUnhashable(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return ""
		}
		return simUnhashable(v.Elem())
	case reflect.Array:
		for i := 0; i < v.Len(); i++ {
			if message := simUnhashable(v.Index(i)); message != "" {
				return message
			}
		}
	case reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			if v.Type().Field(i).Name == "_" {
				continue
			}
			if message := simUnhashable(v.Field(i)); message != "" {
				return message
			}
		}
	}
	if !v.Type().Comparable() {
		return "runtime error: hash of unhashable type " + v.Type().String()
	}
	return ""
}

// simSame says whether two values have the same bits: NaN is the same as itself, 0 is not the same as -0.
func simSame[V any](a, b V) bool {
	return simSameBits(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

func simSameBits(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Bool:
		return a.Bool() == b.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return a.Int() == b.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return a.Uint() == b.Uint()
	case reflect.Float32, reflect.Float64:
		return math.Float64bits(a.Float()) == math.Float64bits(b.Float())
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		return math.Float64bits(real(x)) == math.Float64bits(real(y)) && math.Float64bits(imag(x)) == math.Float64bits(imag(y))
	case reflect.String:
		return a.String() == b.String()
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return a.Elem().Type() == b.Elem().Type() && simSameBits(a.Elem(), b.Elem())
	case reflect.Array:
		for i := 0; i < a.Len(); i++ {
			if !simSameBits(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := 0; i < a.NumField(); i++ {
			if a.Type().Field(i).Name != "_" && !simSameBits(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	default: // pointers; slices, maps and funcs, of which there is nil, and empty ones
		return a.Pointer() == b.Pointer()
	}
}

func simRelease() string {
	parts := strings.SplitN(strings.TrimPrefix(runtime.Version(), "go"), ".", 3)
	if len(parts) < 2 {
		return runtime.Version()
	}
	minor := strings.FieldsFunc(parts[1], func(c rune) bool { return c < '0' || c > '9' })
	return parts[0] + "." + minor[0]
}
