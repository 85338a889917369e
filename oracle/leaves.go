//go:build !go1.24

// What a Go type looks like in memory: where its pointers are, whether it is
// plain memory (which decides the compiler's choice of map functions), and
// how many different values of it exist.
package main

import "reflect"

// leaf is one pointer word: its offset and its token class.
type leaf struct {
	off   uintptr
	class byte // S string data, T type word, D interface data, P pointer
}

// leavesOf lists the pointer words of t, in field order.
func leavesOf(t reflect.Type, off uintptr, to []leaf) []leaf {
	switch t.Kind() {
	case reflect.String:
		return append(to, leaf{off, 'S'})
	case reflect.Interface:
		return append(to, leaf{off, 'T'}, leaf{off + ptrSize, 'D'})
	case reflect.Ptr, reflect.UnsafePointer, reflect.Chan, reflect.Map, reflect.Func, reflect.Slice:
		return append(to, leaf{off, 'P'})
	case reflect.Array:
		for i := 0; i < t.Len(); i++ {
			to = leavesOf(t.Elem(), off+uintptr(i)*t.Elem().Size(), to)
		}
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			to = leavesOf(t.Field(i).Type, off+t.Field(i).Offset, to)
		}
	}
	return to
}

// fastKind is the family of map functions that the compiler calls.
type fastKind uint8

const (
	slow fastKind = iota
	fast32
	fast32ptr
	fast64
	fast64ptr
	faststr
)

// fastOf follows the compiler's rule: elem of at most 128 bytes, and a key
// that is a string or plain memory of 4 or 8 bytes.
func fastOf(key, elem reflect.Type) fastKind {
	if elem.Size() > 128 {
		return slow
	}
	key = lone(key)
	if key.Kind() == reflect.String {
		return faststr
	}
	if !plain(key) {
		return slow
	}
	pointers := len(leavesOf(key, 0, nil)) > 0
	switch {
	case key.Size() == 4 && !pointers:
		return fast32
	case key.Size() == 4:
		return fast32ptr
	case key.Size() == 8 && !pointers:
		return fast64
	case key.Size() == 8 && ptrSize == 8:
		return fast64ptr
	}
	return slow
}

// lone unwraps one-element arrays and one-field structs, which compare and
// hash like their content.
func lone(t reflect.Type) reflect.Type {
	for {
		switch {
		case t.Kind() == reflect.Array && t.Len() == 1:
			t = t.Elem()
		case t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Name != "_":
			t = t.Field(0).Type
		default:
			return t
		}
	}
}

// plain tells whether equality of t is equality of its bytes.
func plain(t reflect.Type) bool {
	t = lone(t)
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.String,
		reflect.Interface, reflect.Slice, reflect.Map, reflect.Func:
		return false
	case reflect.Array:
		return t.Len() == 0 || plain(t.Elem())
	case reflect.Struct:
		for i, end := 0, uintptr(0); i < t.NumField(); i++ {
			f := t.Field(i)
			if f.Name == "_" || f.Offset != end || !plain(f.Type) {
				return false
			}
			end = f.Offset + f.Type.Size()
			if i == t.NumField()-1 && end != t.Size() {
				return false
			}
		}
	}
	return true
}

// traits are the special contents that a key type can express.
type traits uint8

const (
	canNaN traits = 1 << iota
	canZero
	canBox // holds an interface: nil, unhashable, any dynamic type
	canString
)

// universeOf counts the distinct keys that values.go can make of t.
func universeOf(t reflect.Type) (uint64, traits) {
	bits, has := bitsOf(t)
	if bits > 24 {
		bits = 24
	}
	return 1 << bits, has
}

// bitsOf gives the bits of the key number that a value of t can carry.
func bitsOf(t reflect.Type) (int, traits) {
	switch t.Kind() {
	case reflect.Bool:
		return 1, 0
	case reflect.Int8, reflect.Uint8:
		return 8, 0
	case reflect.Int16, reflect.Uint16:
		return 16, 0
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return 24, canNaN | canZero
	case reflect.String:
		return 24, canString
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return 0, 0
		}
		return 24, canNaN | canZero | canBox | canString
	case reflect.Array:
		bits, has := bitsOf(t.Elem())
		if t.Len() == 0 {
			return 0, 0
		}
		return bits * t.Len(), has
	case reflect.Struct:
		sum, all := 0, traits(0)
		for i := 0; i < t.NumField(); i++ {
			if t.Field(i).Name == "_" {
				continue
			}
			bits, has := bitsOf(t.Field(i).Type)
			sum, all = sum+bits, all|has
		}
		return sum, all
	}
	return 24, 0
}
